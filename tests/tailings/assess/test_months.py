"""In which month a test of a plan holds: for its level, its margin and its sight the same, by standard time."""

from datetime import UTC, datetime

import pytest

from tailings import Series, parse, tarp
from tailings.assess.assessment import AssessmentInputs, PlanInput, assess
from tests.tailings.facilities import VALE

JULY = """
[tarp.summer]
failure_mode = "a high pond in the dry season"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.summer.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 339.0, months = [7] }
"""


@pytest.mark.parametrize(
    ("zone", "at", "is_in"),
    [
        ("Europe/Lisbon", datetime(2026, 6, 30, 23, 30, tzinfo=UTC), False),  # 00:30 of 1 July in summer time
        ("Europe/Lisbon", datetime(2026, 7, 1, 0, 30, tzinfo=UTC), True),
        ("Australia/Adelaide", datetime(2026, 6, 30, 14, 15, tzinfo=UTC), False),
        ("Australia/Adelaide", datetime(2026, 6, 30, 14, 45, tzinfo=UTC), True),  # 9 h 30 min ahead
    ],
)
def test_a_margin_is_told_in_the_months_in_which_its_test_holds(zone: str, at: datetime, is_in: bool) -> None:
    """A pond past red of July is red, and has a margin to it, from the first minute of July in standard time on."""
    facility = parse(
        VALE.read_text().replace("Europe/Lisbon", zone, 1).replace("minimum_freeboard_m = 1.5\n", "") + JULY
    )
    plan, at_ms = facility.tarp["summer"], round(at.timestamp() * 1000)
    rows = {"n01:pond.level": Series.of([at_ms - 60_000, at_ms], [340.0, 340.0])}
    standing, _ = tarp.advance(plan, tarp.PlanMemory(), rows, facility, at_ms)
    found = assess(AssessmentInputs(facility, (PlanInput(plan, "in-force", standing),)), at)

    assert (found.verdict == "red", bool(found.margins)) == (is_in, is_in)
