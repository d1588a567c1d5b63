"""Means, maxima and ranges against limits: figures by hand, and Article 5 of Directive 2009/90/EC in plain decimals."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tailings.assess.water.samples import MONTHS, limit, monthly, sample, verdict

CONCENTRATIONS = st.sampled_from(["0.01", "0.02", "0.05", "0.07", "0.09", "0.1", "0.13", "0.3", "0.9"])
RESULTS = st.tuples(st.sampled_from(["", "", "<", ">"]), CONCENTRATIONS).map("".join)
STANDARDS = st.sampled_from(["0.02", "0.05", "0.09", "0.1", "0.25"])


def article_5(results: list[str]) -> tuple[Decimal, bool]:
    """The mean by Article 5(1), and whether Article 5(2) calls it less than its (highest) limit of quantification."""
    halved = [Decimal(one[1:]) / 2 if one.startswith("<") else Decimal(one) for one in results]
    limits_of_quantification = [Decimal(one[1:]) for one in results if one.startswith("<")]
    mean = sum(halved, Decimal(0)) / len(halved)
    return mean, bool(limits_of_quantification) and mean < max(limits_of_quantification)


def bounds(results: list[str]) -> tuple[Decimal, Decimal]:
    """The mean with each result below its limit of quantification at zero, and at that limit."""
    low = [Decimal(0) if one.startswith("<") else Decimal(one) for one in results]
    high = [Decimal(one.lstrip("<")) for one in results]
    return sum(low, Decimal(0)) / len(low), sum(high, Decimal(0)) / len(high)


def expected(results: list[str], standard: Decimal) -> str:
    """The outcome by the law's words: Article 5 of 2009/90/EC, Annex I Part B(1) and Article 3(3b) of 2008/105/EC."""
    mean, is_less = article_5(results)
    low, high = bounds(results)
    if low > standard:
        return "exceeded"  # whatever is below the limits of quantification
    if not is_less:
        return "exceeded" if mean > standard else "met"
    highest_limit = max(Decimal(one[1:]) for one in results if one.startswith("<"))
    return "met" if highest_limit <= standard or high <= standard else "not-decided"


@settings(max_examples=300, deadline=None)
@given(st.lists(RESULTS.filter(lambda one: not one.startswith(">")), min_size=12, max_size=12), STANDARDS)
def test_a_whole_year_is_judged_by_article_5(results: list[str], standard: str) -> None:
    """Value, sign and outcome of any mix of results and limits of quantification are those of the oracle."""
    found = verdict(monthly(results), limit(float(standard)))
    mean, is_less = article_5(results)

    assert found.outcome == expected(results, Decimal(standard))
    assert found.sign == ("<" if is_less else "")
    assert is_less or found.value == float(mean)


@settings(max_examples=300, deadline=None)
@given(st.lists(RESULTS, min_size=1, max_size=12), STANDARDS)
def test_nothing_is_met_or_exceeded_that_could_be_otherwise(results: list[str], standard: str) -> None:
    """Incomplete or above its range it is never met; exceeded is what zeros for all that is unknown exceed, too."""
    found = verdict(monthly(results), limit(float(standard)))
    known = [Decimal(one.lstrip(">")) for one in results if not one.startswith("<")]
    is_more = any(one.startswith(">") for one in results)
    at_least, bound = sum(known, Decimal(0)), Decimal(standard) * 12

    if len(results) < 12 or is_more:
        assert found.outcome != "met"
        assert (found.outcome == "exceeded") == (at_least > bound or (is_more and at_least == bound))


def test_a_mean_of_the_limit_itself_is_met() -> None:
    """Annex I Part B(1): "does not exceed the standard"; 0.02 and 0.16 have a mean of 0.09, as floats more."""
    results = ["0.02"] * 6 + ["0.16"] * 6

    assert sum(map(float, results)) / 12 > 0.09
    assert verdict(monthly(results), limit(0.09)).outcome == "met"


@pytest.mark.parametrize(
    ("results", "outcome", "reason", "sign", "value"),
    [
        (["5"] * 12, "met", "", "", 5.0),
        (["5"] * 11 + ["10.1"], "exceeded", "", "", 10.1),
        (["5"] * 11 + ["<10"], "met", "", "", 5.0),
        (["5"] * 11 + ["<20"], "not-decided", "loq-above-standard", "", 5.0),
        (["5"] * 11 + [">10"], "exceeded", "", ">", 10.0),
        (["5"] * 11 + [">9"], "not-decided", "above-range", ">", 9.0),
        (["<20"] * 12, "not-decided", "loq-above-standard", "<", 20.0),
        (["<2"] * 12, "met", "", "<", 2.0),
        (["5"] * 10 + ["<20"], "not-decided", "too-few-samples", "", 5.0),
        (["11"], "exceeded", "", "", 11.0),
    ],
)
def test_a_maximum_is_judged_sample_by_sample(
    results: list[str], outcome: str, reason: str, sign: str, value: float
) -> None:
    """Against 10 ug/L: one sample above it is enough, twelve below it are needed, and what cannot tell does not."""
    found = verdict(monthly(results), limit(10.0, "maximum"))

    assert (found.outcome, found.reason, found.sign, found.value) == (outcome, reason, sign, value)


def test_a_second_sample_of_the_month_stands_for_a_blunt_one() -> None:
    """A result that decides nothing is not considered (Article 3(3b)); a finer method saw its month."""
    again = sample(MONTHS[11].replace(day=20), {"Zn": "4"})
    found = verdict([*monthly(["5"] * 11 + ["<20"]), again], limit(10.0, "maximum"))

    assert (found.outcome, found.samples, found.ignored, found.counted) == ("met", 13, 1, 12)


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        (["7.1"] * 12, "met"),
        (["7.1"] * 11 + ["6.4"], "exceeded"),
        (["7.1"] * 11 + ["9.6"], "exceeded"),
        (["7.1"] * 11 + ["<4"], "exceeded"),
    ],
)
def test_a_range_is_left_at_both_ends(results: list[str], outcome: str) -> None:
    """pH 6.5 to 9.5."""
    of = limit(9.5, "range", symbol="pH", unit="[pH]", fraction="total", least=6.5)

    assert verdict(monthly(results, "pH"), of).outcome == outcome


def test_a_blunt_method_is_noted() -> None:
    """Article 4(1): a limit of quantification of at most 30 % of the standard: 0.03 for 0.1."""
    sharp, blunt = (verdict(monthly([f"<{loq}"] * 12), limit(0.1)) for loq in ("0.03", "0.04"))

    assert (sharp.outcome, sharp.notes, blunt.outcome, blunt.notes) == ("met", (), "met", ("loq-share",))


def test_a_permit_s_unit_is_converted() -> None:
    """0.05 mg/L are 50 ug/L."""
    assert verdict(monthly(["51"] * 12), limit(0.05, unit="mg/L")).outcome == "exceeded"
    assert verdict(monthly(["50"] * 12), limit(0.05, unit="mg/L")).outcome == "met"


def test_a_potential_below_zero_is_below_a_maximum() -> None:
    """Eh of -120 to -20 mV keeps 400 mV, told by the highest; 500 mV does not, whatever lies below zero beside it."""
    most = limit(400.0, "maximum", symbol="Eh", fraction="total", unit="mV")
    deep = [sample(at, {"Eh": str(-120 + 10 * min(back, 10))}, fraction="total") for back, at in enumerate(MONTHS)]
    kept, left = verdict(deep, most), verdict([*deep[:-1], sample(MONTHS[-1], {"Eh": "500"}, fraction="total")], most)

    assert (kept.outcome, kept.value) == ("met", -20.0)
    assert (left.outcome, left.value) == ("exceeded", 500.0)


def test_missing_potentials_may_be_below_zero() -> None:
    """Four months of 500 mV and eight of -500 mV would have a mean below 100 mV: nothing is certain before December."""
    mean = limit(100.0, symbol="Eh", fraction="total", unit="mV")
    found = verdict([sample(at, {"Eh": "500"}, fraction="total") for at in MONTHS[-4:]], mean)

    assert (found.outcome, found.reason) == ("not-decided", "too-few-samples")
