"""Limits against laboratory values: figures by hand from the table, limits from the directive's text."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from tailings.water import limits, parse
from tailings.water.limits import Judged
from tests.reference import reference
from tests.tailings.water.tables import YEAR

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SAMPLES = parse(list(csv.reader(io.StringIO(YEAR))), "Europe/Lisbon").samples


def judged(symbol: str, statistic: str, point: str = "river-down") -> Judged:
    """One limit of a point judged."""
    (limit,) = [
        one for one in limits.applicable(SAMPLES, point, NOW) if (one.symbol, one.statistic) == (symbol, statistic)
    ]  # fmt: skip
    return limits.judge(limit, point, SAMPLES, NOW)


def test_cadmium_s_annual_mean_is_met_in_its_hardness_class() -> None:
    """Mean hardness 70 mg/L is class 3: 0.09 ug/L. (0.10 + 0.14 + 0.05/2) / 3 = 0.0883 ug/L is below it."""
    found = judged("Cd", "annual-mean")

    assert found.limit.hardness_class == 3 and found.limit.most == 0.09
    assert found.value == pytest.approx(0.26500 / 3) and (found.samples, found.below) == (3, 1)
    assert found.claim == "met"


def test_an_exceeded_annual_mean_is_said_as_such() -> None:
    """With 0.40 instead of 0.14 the mean is 0.175 ug/L: exceeded; the maximum of class 3 (0.6) is still met."""
    text = YEAR.replace(",0.14,", ",0.40,")
    samples = parse(list(csv.reader(io.StringIO(text))), "Europe/Lisbon").samples
    mean, most = (
        limits.judge(one, "river-down", samples, NOW)
        for one in limits.applicable(samples, "river-down", NOW) if one.symbol == "Cd"
    )  # fmt: skip

    assert mean.claim == "exceeded" and mean.value == pytest.approx(0.175)
    assert most.claim == "met" and most.value == pytest.approx(0.40)


def test_nickel_s_mean_is_of_what_is_bioavailable_and_claims_nothing() -> None:
    """Since 10 May 2026: 2 ug/L bioavailable, from a secondary source. Dissolved 3.9 ug/L is over it, and no claim."""
    found = judged("Ni", "annual-mean")

    assert (found.limit.most, found.limit.checked, found.limit.valid_from) == (2.0, "secondary", date(2026, 5, 10))
    assert found.is_over and found.claim == "indication" and "bioavailable" in found.why


def test_seepage_is_not_judged_by_limits_of_rivers() -> None:
    """The weir's cadmium is far above the river's limit: an indication, since it is another water."""
    found = judged("Cd", "maximum", "weir")

    assert found.is_over and found.claim == "indication" and found.why == ("other-water",)


def test_samples_older_than_a_year_do_not_count() -> None:
    """A year later there is no sample left to judge by."""
    limit = judged("Cd", "annual-mean").limit

    assert limits.judge(limit, "river-down", SAMPLES, NOW.replace(year=2027)).claim == "no-samples"


def test_before_a_limit_is_valid_the_older_one_holds() -> None:
    """Nickel's maximum was 34 ug/L until the text of 2026 (8.2) took effect on 10 May 2026."""

    def nickel(day: date) -> float:
        return next(one.most for one in limits.in_force(day) if (one.symbol, one.statistic) == ("Ni", "maximum"))

    assert (nickel(date(2026, 5, 9)), nickel(date(2026, 5, 10))) == (34.0, 8.2)


def test_every_limit_has_a_source_and_a_date() -> None:
    """No row without its source; a row that was not read says secondary."""
    known = limits.sources()

    assert all(one.source in known for one in limits.in_force(NOW.date()))
    assert {one.checked for one in limits.in_force(NOW.date()) if one.source == "eqs_2026"} == {"secondary"}


def test_the_rows_are_those_of_the_transcribed_directive() -> None:
    """Each value of the directive, as it was transcribed apart from these rows, is a row here."""
    rows = {(one.symbol, one.statistic, one.hardness_class, one.most) for one in limits._file().limit}
    expected = {
        (row["symbol"], statistic, row.get("hardness_class"), row[key])
        for row in reference("eqs_water")["eqs"]
        for statistic, key in (("annual-mean", "aa_inland"), ("maximum", "mac_inland")) if key in row
    }  # fmt: skip

    assert expected <= rows
