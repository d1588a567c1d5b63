"""The Spanish catalogue: whole, with the words of the trade in Spain, and with no English left in it.

Words of the trade: the law of mining waste in Spain (Royal Decree 975/2009), the Spanish text of Regulation (EU)
2024/1252, and what Spanish dams call their instruments. texts/es/glossary.toml has those that people ask for.
"""

import re
from typing import Final

import pytest

import texts

EN: Final = dict(texts.sentences(texts.load("en")))
ES: Final = dict(texts.sentences(texts.load("es")))
FORBIDDEN: Final = {
    # English that is left over.
    r"\b(dash|key)boards?\b": "página, teclado",
    r"(?<![-\w])(data|link|login|logs?|stale|alarms?|backup|gateway|freeboard|trigger|click)\b": "the Spanish word",
    r"\b(NPV|UNFC|EU)\b": "VAN, CMNU, UE",
    r"\d\.\d": "a decimal comma",
    # Calques.
    r"\bfacilidad": "instalación",
    r"\barchivos?\b": "fichero",
    r"\blibrerías?\b": "biblioteca",
    r"\b(re)?mover(se)?\b(?! el cursor)": "retirar",
    r"\basum(e|en|ir|ido)\b": "suponer",
    r"\bcheque": "comprobar",
    r"\bmonitor(e|iz)": "vigilar",
    r"\breporta": "comunicar, informar",
    r"\bsoporta": "admitir",
    r"\bevento": "suceso",
    # Another word of the trade than the one that was chosen, or one that is not said in Spain.
    r"\brelaves?\b": "estériles, lodos",
    r"\bsensor": "instrumento",
    r"\b(bordo|borde) libre\b|\bfrancobordo\b|\brevancha\b": "resguardo",
    r"\bcresta": "coronación",
    r"\bpresi[óo]n(es)? (de poros?|poral)\b": "presión intersticial",
    r"\b(gatillo|disparador)": "umbral",
    r"\breconoc(er|id|e la alarma)": "acusar recibo",
    r"\barchivad|\bpospuest|\bpostergad": "aplazada",
    r"\bobsolet": "sin actualizar",
    r"\balarmas? (activas?|abiertas?)\b": "alarma en curso",
    r"\bnotificaci": "aviso",
    r"\boperador": "explotador",
    r"\btungsteno": "wolframio",
    r"\bmaterias primas críticas\b": "materias primas fundamentales",
    r"\bvalor presente\b": "valor actual neto",
    # Forms that speak to somebody: a sentence says what to do in the infinitive.
    r"\b(usted(es)?|tú|tus?|vuestr\w+)\b": "nobody is addressed",
    r"\b(haga|compruebe|revise|indique|busque|elija|pulse)\b": "the infinitive",
    r"\b(añada|introduzca|escriba|inicie|espere|vuelva)\b": "the infinitive",
}
"""What no sentence says, and what it says instead."""
SAID: Final = (
    "Volver al dashboard",
    "Descargar data",
    "NPV al 8 %",
    "Batería a 3.10 V",
    "Todas las facilidades",
    "Archivo de la instalación",
    "La librería de gráficos no está instalada",
    "Remover el destinatario",
    "Asume que los próximos días serán iguales",
    "Chequear el barómetro",
    "Sin monitoreo",
    "El nodo reporta",
    "La página no soporta el formato",
    "Historial de eventos",
    "Presa de relaves",
    "El sensor está averiado",
    "Borde libre 1,2 m",
    "Cresta a 340 m",
    "Presión de poros",
    "Gatillo amarillo",
    "Alarma no reconocida",
    "Alarma archivada",
    "Lectura obsoleta",
    "3 alarmas activas",
    "Enviar una notificación",
    "Operador de la mina",
    "Precio de tungsteno",
    "Lista de materias primas críticas",
    "Valor presente neto",
    "Cambie su contraseña, usted mismo",
    "Revise el instrumento",
    "Introduzca la contraseña",
)
"""The control: each is a sentence that must not be said, at least one for each pattern."""
CODES: Final = (
    r"ranges\.",
    r"account\.(kinds|systems)\.",
    r"alarms\.escalation\.channels\.",
    r"value\.origins\.values\.",
    r"provenance\.symbols\.",
    r".*\.(csv|json|parquet|log)",
    r"query\.formats\.",
    r"register\.forms\.",
    r"pages\.docs",
    r"frame\.made_by",
    r"alarms\.escalation\.channels\.",
)
"""Sentences that are a symbol, a format or a name of a product, whatever the language."""
SAME: Final = {
    "problem.number": "Error",
    "compass.N": "a letter of the compass",
    "compass.E": "a letter of the compass",
    "compass.S": "a letter of the compass",
    "water.limits.hardness.1": "a sign, a number and a unit",
    "water.limits.hardness.5": "a sign, a number and a unit",
    "instruments.datastreams": "Series",
    "query.list": "Series",
    "workspace.count.many": "series",
    "alarms.plan.number": "Plan",
    "value.origins.names.plan": "Plan",
    "compare.middle": "a code and a number",
    "value.unfc.E1": "Viable",
    "value.elements.Zn": "Zinc",
    "value.control.no": "no",
    "register.words.yes_no.no": "no",
    "public.office.no": "no",
    "public.office.hours": "a number and a unit",
    "register.columns.id": "Id",
    "alarms.plan.engineer": "the name of a role, which is stored and compared; the facility file says it so",
    "safety.going.hour": "a symbol",
    "safety.section.chain": "a name and a symbol",
    "value.net.outcome": "a symbol",
    "value.origins.interval": "P90 and P10",
    "document.columns.value": "P50",
    "region.mass": "a number, a symbol, and words of the catalogue",
    "glossary.value.outcomes.word": "P90, P50 and P10",
    "quantities.ph": "pH",
    "water.facts.ph": "pH",
    "water.verdict.ph": "pH",
    "water.freeboard.days": "a symbol",
}
"""Sentences that are the same in both languages, each with its reason: the word, or what it is."""
STATES: Final = (
    "rechazada",
    "sin medir",
    "retenida",
    "aplazada",
    "en mantenimiento",
    "sin valor",
    "fuera de servicio",
    "sin actualizar",
    "a ciegas",
    "sin vigilancia",
    "desconocido",
)
FILLED: Final = re.compile(r"\{[^}]*\}|`[^`]*`|\[\[.*?\]\]|\[\w+\.<id>\]")
"""What is filled in, and what a person types as it stands."""


def forbidden(sentence: str) -> list[str]:
    """The patterns that a sentence meets, what is filled in left out."""
    said = FILLED.sub("", sentence)
    return [one for one in FORBIDDEN if re.search(one, said, re.IGNORECASE)]


def has_letters(sentence: str) -> bool:
    """Whether anything is said beside what is filled in."""
    return re.search(r"[A-Za-z]", FILLED.sub("", sentence)) is not None


def ends(sentence: str) -> tuple[str, bool, bool]:
    """The mark at the end, and whether a sentence begins or ends with what parts it from another."""
    last = sentence[-1:]
    return last if last in ".:" else "", sentence[:1] in " ,", last == " "


def test_no_sentence_has_a_word_that_is_not_said() -> None:
    """Over all files: no calque, no second word for a thing, no English, nobody addressed."""
    assert {key: found for key, sentence in ES.items() if (found := forbidden(sentence))} == {}


def test_each_forbidden_word_is_found() -> None:
    """The control: every sentence that must not be said is refused, and no pattern is left untried."""
    found = [forbidden(one) for one in SAID]

    assert [one for one, patterns in zip(SAID, found, strict=True) if not patterns] == []
    assert set(FORBIDDEN) - {pattern for patterns in found for pattern in patterns} == set()


def test_no_sentence_is_left_in_english() -> None:
    """None is word by word the English one, but codes, symbols, names, and those listed with a reason."""
    same = {key for key, sentence in ES.items() if sentence == EN[key] and has_letters(sentence)}
    codes = {key for key in same if any(re.fullmatch(f"{one}.*", key) for one in CODES)}

    assert same - codes == set(SAME)


def test_one_and_many_are_different_sentences() -> None:
    """A plural that is its singular was forgotten."""
    ones = [key.removesuffix(".one") for key in ES if key.endswith(".one")]

    assert len(ones) > 50
    assert [key for key in ones if ES[f"{key}.one"] == ES[f"{key}.many"]] == []


def test_sentences_are_joined_as_the_english_ones_are() -> None:
    """A stop, a colon, a comma or a space at an end is in both: the code puts sentences behind each other."""
    marks = {key: (EN[key], sentence) for key, sentence in ES.items() if ends(sentence) != ends(EN[key])}

    assert set(marks) == {
        "heading.crest",
        "script.chart.above_sea",
        "instruments.tip_column",
        "instruments.plan.elevation",
        "safety.cause.pond",
        "workspace.number",
    }  # "m a.s.l." and "No." end with a stop, "msnm" and "N.º" do not


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_word_and_a_meaning_of_its_own(state: str) -> None:
    """Rejected, never measured, held, shelved, maintenance, blind and stale are different words, explained once."""
    words = [text.lower() for key, text in ES.items() if re.fullmatch(r"glossary\.\w+\.[\w-]+\.word", key)]
    meanings = [text for key, text in ES.items() if re.fullmatch(r"glossary\.\w+\.[\w-]+\.meaning", key)]

    assert words.count(state) == 1
    assert len(set(words)) == len(words) == len(meanings) == len(set(meanings))
