"""The synthetic water samples: a real laboratory file without faults, labelled, and what the limits say of it."""

from datetime import UTC, datetime, timedelta

import pytest

from tailings.assess.water import assess
from tailings.laboratory import read_table
from tailings.water import Parsed, parse
from tailwatch.demo import samples

BEGAN_S = 1_780_000_200
NOW = datetime.fromtimestamp(BEGAN_S, UTC)


def parsed() -> Parsed:
    return parse(read_table(samples.text(BEGAN_S).encode()), "Europe/Lisbon")


def test_a_year_at_three_points_is_taken_without_a_fault() -> None:
    """Twelve months, some values below the limit of quantification; the same start gives the same file."""
    found = parsed()

    assert found.faults == ()
    assert len(found.samples) == 36
    assert "<" in {one.sign for sample in found.samples for one in sample.analyses}
    assert samples.text(BEGAN_S) == samples.text(BEGAN_S)


def test_every_sample_says_that_it_is_synthetic() -> None:
    """In its point, which stands in every table and in the verdict, and in the name of the laboratory."""
    assert all("synthetic" in one.point and "synthetic" in one.laboratory for one in parsed().samples)


def test_one_annual_mean_is_exceeded_by_laboratory_values() -> None:
    """Cadmium below the dam: 0.09 ug/L at 50 to 100 mg/L CaCO3 (Directive 2008/105/EC); above the dam it is met."""
    found = assess(parsed().samples, (), NOW, "Europe/Lisbon")
    judged = {(one.limit.symbol, one.limit.statistic, one.point): one for one in found.limits}
    below = judged["Cd", "annual-mean", "synthetic-stream-below"]

    assert (below.outcome, below.limit.most, below.samples, below.counted) == ("exceeded", 0.09, 12, 12)
    assert judged["Cd", "annual-mean", "synthetic-stream-above"].outcome == "met"
    assert {key for key, one in judged.items() if one.outcome == "exceeded"} == {
        ("Cd", "annual-mean", "synthetic-stream-below")
    }
    assert [one.point for one in found.without_limit] == ["synthetic-weir"]  # no limit is for seepage


@pytest.mark.parametrize("day", range(1, 367, 7))
def test_every_month_of_a_year_has_a_sample(day: int) -> None:
    """Whatever day the demo begins: twelve calendar months, as an annual mean of cadmium needs them."""
    began = datetime(2027, 12, 31, 9, tzinfo=UTC) + timedelta(days=day)
    found = parse(read_table(samples.text(round(began.timestamp())).encode()), "Europe/Lisbon")
    verdicts = assess(found.samples, (), began, "Europe/Lisbon").limits

    assert {one.counted for one in verdicts if one.limit.symbol == "Cd"} == {12}
