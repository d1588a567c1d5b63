// Holds PDF files against the 106 rules of PDF/UA-1 (ISO 14289-1:2014) of veraPDF, whose classes and rules lie in the
// jar on the class path. Its command line needs JAXB to read the rules; here the DOM of the JDK does.
// Prints a line a file: name, rules, checks made; then a line a failed check: clause, rule, where.

import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorDetails;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public class PdfUa {
    static final String RULES = "/org/verapdf/pdfa/validation/PDFUA-1.xml";
    static final int MOST_FAILURES = 1000;

    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        ValidationProfile profile = profile();
        for (String file : files) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), PDFAFlavour.PDFUA_1);
                    PDFAValidator validator = ValidatorFactory.createValidator(profile, MOST_FAILURES, false, false, false)) {
                ValidationResult result = validator.validate(parser);
                System.out.println(String.join("\t", file, "" + profile.getRules().size(), "" + result.getTotalAssertions()));
                for (TestAssertion one : result.getTestAssertions()) {
                    RuleId rule = one.getRuleId();
                    System.out.println(String.join("\t", "", rule.getClause() + "-" + rule.getTestNumber(), one.getMessage(),
                            one.getLocation().getContext()));
                }
            }
        }
    }

    static ValidationProfile profile() throws Exception {
        Element xml;
        try (InputStream in = PDFAParser.class.getResourceAsStream(RULES)) {
            xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
        }
        return Profiles.profileFromValues(PDFAFlavour.PDFUA_1,
                Profiles.profileDetailsFromValues("PDF/UA-1", "ISO 14289-1", "veraPDF", new Date(0)), "", rules(xml), variables(xml));
    }

    static Set<Rule> rules(Element xml) {
        Set<Rule> found = new HashSet<>();
        NodeList all = xml.getElementsByTagName("rule");
        for (int i = 0; i < all.getLength(); i++) {
            Element one = (Element) all.item(i), id = child(one, "id");
            RuleId rule = Profiles.ruleIdFromValues(PDFAFlavour.Specification.ISO_14289_1, id.getAttribute("clause"),
                    Integer.parseInt(id.getAttribute("testNumber")));
            ErrorDetails error = Profiles.errorFromValues(text(child(one, "error"), "message"), List.of());
            found.add(Profiles.ruleFromValues(rule, one.getAttribute("object"), Boolean.valueOf(one.getAttribute("deferred")),
                    one.getAttribute("tags"), text(one, "description"), text(one, "test"), error, List.of()));
        }
        return found;
    }

    static Set<Variable> variables(Element xml) {
        Set<Variable> found = new HashSet<>();
        NodeList all = xml.getElementsByTagName("variable");
        for (int i = 0; i < all.getLength(); i++) {
            Element one = (Element) all.item(i);
            found.add(Profiles.variableFromValues(one.getAttribute("name"), one.getAttribute("object"),
                    text(one, "defaultValue"), text(one, "value")));
        }
        return found;
    }

    static Element child(Element of, String name) {
        return (Element) of.getElementsByTagName(name).item(0);
    }

    static String text(Element of, String name) {
        return child(of, name).getTextContent().strip();
    }
}
