"""Words of the alarm pages: times of programs by the facility's clock; expected strings worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from api.alarms.models import HistoryEntry
from dashboard.alarms import words
from texts import load

from .boards import alarm, plan

NOW = datetime(2026, 11, 26, 0, 57, tzinfo=UTC)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (
            {"code": "silent-node", "node": "n06", "last_seen_at": "2026-11-24T22:24Z"},
            "Node n06 silent since 24 Nov 23:24",
        ),
        ({"code": "battery", "node": "n06", "voltage_v": 3.1}, "Battery of node n06 at 3.10 V"),
        (
            {"code": "never-read", "datastream": "n01:pond.level"},
            "n01:pond.level never measured, but its node reports",
        ),
        ({}, "Overtopping"),
    ],
)
def test_what_an_alarm_is_about_is_said_by_the_clock_of_the_facility(detail: dict[str, object], said: str) -> None:
    """Madrid is an hour ahead of UTC in November; without a code it is the failure mode of the facility file."""
    one = alarm(title="overtopping", detail=detail)

    assert words.title(one, "Europe/Madrid", NOW, load()) == said


@pytest.mark.parametrize(
    ("note", "detail", "said"),
    [
        (
            "",
            {"code": "taken-back", "before": "green", "after": "yellow", "changed_at": "2026-11-26T00:56:47Z"},
            "green to yellow at 01:56 withdrawn: later readings show otherwise",
        ),
        ("a new pump", {"code": "held", "until_at": "2026-11-27T09:00Z"}, "until 27 Nov 10:00: a new pump"),
        ("seen {from} the crest", {}, "seen {from} the crest"),
    ],
)
def test_a_line_of_history_says_what_was_typed_or_found(note: str, detail: dict[str, object], said: str) -> None:
    """A time of today needs no day; braces that a person types stay."""
    now = NOW.isoformat()
    line = HistoryEntry(id=1, at=now, noted_at=now, kind="note", level=1, author="user:3", note=note, detail=detail)

    assert words.note(line, "Europe/Madrid", NOW, load()) == said


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ({}, "n01:pond.level"),
        ({"offset": 1.5}, "n01:pond.level + 1.50"),
        ({"factor": 0.62, "offset": -12.0}, "0.62 × n01:pond.level − 12.00"),
        ({"factor": 0.62, "delay_s": 86400}, "0.62 × n01:pond.level, 1 d before"),
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
    assert line == f"n07:vw1.level above 0.30 m, compared with {said}, stale after 1 h 30 min"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ""),
        ({"valid_to": "2026-12-27"}, ""),
        ({"valid_to": "2026-12-26"}, "The approval ends in 30 d."),
        (
            {"valid_to": "2026-11-25", "approval": "approval-ended"},
            "The approval ended on 25 Nov 2026. The plan still calls people until somebody renews or withdraws it.",
        ),
        (
            {"approval": "simulated", "withdrawn_on": "2026-11-20", "withdrawn_by": "Engineer of Record"},
            "Only simulated: Engineer of Record withdrew it on 20 Nov 2026",
        ),
        (
            {"approval": "simulated", "is_changed": True, "approved_by": None, "approved_on": None},
            "Only simulated: its conditions changed and need approval",
        ),
        ({"approved_on": "2026-12-01", "approval": "simulated"}, "Only simulated: the approval starts on 1 Dec 2026"),
        ({"approved_by": None, "approved_on": None, "approval": "simulated"}, "Only simulated: not approved"),
    ],
)
def test_why_a_plan_only_simulates_is_said(more: dict[str, object], said: str) -> None:
    """On 26 November: approved for good, for another month, until yesterday, from December, never."""
    assert words.force(plan(**more), date(2026, 11, 26), load()) == said


def test_a_condition_is_said_with_all_digits_that_it_is_stated_with() -> None:
    """A rate of 0.004 m/h is not one of 0.00 m/h, 5 mm back not 0.01 m (two decimals), and 90 s are not 1 min."""
    when = {
        "datastream": "n07:vw1.level",
        "test": "above",
        "value": 0.004,
        "rate_over_s": 5400.0,
        "for_s": 90.0,
        "hysteresis": 0.005,
    }

    (line,) = words.condition(when, {"n07:vw1.level": ("water-level", "m")}, load())
    assert line == "n07:vw1.level above 0.004 m an hour, over 1 h 30 min, for 1 min 30 s, back by 0.005"
