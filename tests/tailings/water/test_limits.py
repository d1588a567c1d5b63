"""The rows of limits and rules: dates, sources and values from the directives' texts."""

from datetime import date

from tailings.water import limits
from tests.reference import reference

TODAY = date(2026, 11, 25)


def test_before_a_limit_is_valid_the_older_one_holds() -> None:
    """Nickel's maximum was 34 ug/L until the text of 2026 (8.2) took effect on 10 May 2026."""

    def nickel(day: date) -> float:
        return next(one.most for one in limits.in_force(day) if (one.symbol, one.statistic) == ("Ni", "maximum"))

    assert (nickel(date(2026, 5, 9)), nickel(date(2026, 5, 10))) == (34.0, 8.2)


def test_lead_and_chromium_of_drinking_water_wait_until_2036() -> None:
    """Directive (EU) 2020/2184, Annex I Part B: 10 and 50 ug/L until 12 January 2036, then 5 and 25."""

    def drinking(symbol: str, day: date) -> float:
        found = [one for one in limits.in_force(day) if (one.symbol, one.medium) == (symbol, "drinking water")]
        return found[0].most

    assert [drinking(symbol, TODAY) for symbol in ("Pb", "Cr")] == [10.0, 50.0]
    assert [drinking(symbol, date(2036, 1, 12)) for symbol in ("Pb", "Cr")] == [5.0, 25.0]


def test_every_standard_of_the_water_directive_asks_for_twelve_samples() -> None:
    """Directive 2000/60/EC, Annex V 1.3.4: priority substances once a month; drinking water states no number here."""
    asked = {one.medium: one.samples_a_year for one in limits.in_force(TODAY)}

    assert asked == {"surface water": 12, "pond discharge": 0, "drinking water": 0}


def test_every_rule_says_where_it_is_from() -> None:
    """A rule of a law has its source and its article; one of nobody's is our own. What was not read says so."""
    known, rules = limits.sources(), limits.rules().values()

    assert {(one.checked == "own", not one.source, not one.ref) for one in rules} == {(True,) * 3, (False,) * 3}
    assert all(one.source in known and set(one.applies) <= set(known) for one in rules if one.source)
    assert {one.key for one in rules if one.checked == "secondary"} == {"samples-a-year"}
    assert all(known[one.source].read_in for one in rules if one.checked == "read")


def test_the_numbers_of_the_rules_are_those_of_the_texts() -> None:
    """Half (2009/90/EC Article 5(1)), 30 % (Article 4(1)), once a month."""
    assert [limits.value_of(key) for key in ("half-loq", "loq-share", "samples-a-year")] == [0.5, 0.3, 12.0]


def test_every_limit_has_a_source_and_a_date() -> None:
    """No row without its source; a row that was not read says secondary."""
    known = limits.sources()

    assert all(one.source in known for one in limits.in_force(TODAY))
    assert {one.checked for one in limits.in_force(TODAY) if one.source == "eqs_2026"} == {"secondary"}


def test_the_rows_are_those_of_the_transcribed_directive() -> None:
    """Each value of the directive, as it was transcribed apart from these rows, is a row here."""
    rows = {(one.symbol, one.statistic, one.hardness_class, one.most) for one in limits._file().limit}
    expected = {
        (row["symbol"], statistic, row.get("hardness_class"), row[key])
        for row in reference("eqs_water")["eqs"]
        for statistic, key in (("annual-mean", "aa_inland"), ("maximum", "mac_inland"))
        if key in row
    }

    assert expected <= rows
