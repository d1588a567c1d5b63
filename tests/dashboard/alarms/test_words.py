"""Words of the alarm pages: times of programs by the facility's clock; expected strings worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from dashboard.alarms import words
from texts import load

from .boards import plan

NOW = datetime(2026, 11, 26, 0, 57, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Node n06 is silent since 2026-11-24 22:24Z", "Node n06 is silent since 24 Nov 23:24"),
        ("green to yellow at 2026-11-26T00:56:47Z is taken back", "green to yellow at 01:56 is taken back"),
        ("Battery of node n06 at 3.11 V", "Battery of node n06 at 3.11 V"),
    ],
)
def test_times_of_programs_are_said_by_the_clock_of_the_facility(text: str, said: str) -> None:
    """Madrid is an hour ahead of UTC in November; a time of today needs no day, a text without a time stays."""
    assert words.local(text, "Europe/Madrid", NOW) == said


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ({}, "n01:pond.level"),
        ({"offset": 1.5}, "n01:pond.level + 1.50"),
        ({"factor": 0.62, "offset": -12.0}, "0.62 × n01:pond.level − 12.00"),
        ({"factor": 0.62, "delay_s": 86400}, "0.62 × n01:pond.level, 1 d 0 h before"),
    ],
)
def test_whoever_approves_a_condition_reads_all_of_it(against: dict[str, object], said: str) -> None:
    """Offset, factor and delay of a fitted line stand in it, and how long a silence may be."""
    when = {
        "datastream": "n07:vw1.level",
        "test": "above",
        "value": 0.3,
        "stale_after_s": 5400.0,
        "against": {"datastream": "n01:pond.level", **against},
    }

    (line,) = words.condition(when, {"n07:vw1.level": ("water-level", "m")}, load())
    assert line == f"n07:vw1.level above 0.30 m, held against {said}, stale after 1 h 30 min"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ""),
        ({"valid_to": "2026-12-27"}, ""),
        ({"valid_to": "2026-12-26"}, "The approval ends in 30 d."),
        (
            {"valid_to": "2026-11-25", "approval": "approval-ended"},
            "Its approval ended on 2026-11-25: it goes on calling until somebody renews or withdraws it.",
        ),
        (
            {"approval": "simulated", "withdrawn_on": "2026-11-20", "withdrawn_by": "Engineer of Record"},
            "Only simulated: Engineer of Record withdrew it on 2026-11-20",
        ),
        (
            {"approval": "simulated", "is_changed": True, "approved_by": None, "approved_on": None},
            "Only simulated: its conditions changed, and nobody has approved the new ones",
        ),
        ({"approved_on": "2026-12-01", "approval": "simulated"}, "Only simulated: its approval begins on 2026-12-01"),
        ({"approved_by": None, "approved_on": None, "approval": "simulated"}, "Only simulated: nobody has approved it"),
    ],
)
def test_why_a_plan_only_simulates_is_said(more: dict[str, object], said: str) -> None:
    """On 26 November: approved for good, for another month, until yesterday, from December, never."""
    assert words.force(plan(**more), date(2026, 11, 26), load()) == said
