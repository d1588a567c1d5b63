"""The record of a drill: reaction times of worked examples, and what no order of events can make of them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.drill import DrillAlarm, DrillFacts, DrillRecord, make
from tailings.drill.record import DrillAction, DrillMessage, LevelLine, Reaction, outcome_of
from tests.tailings.drill.test_scenario import scenario

BEGAN = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def alarm(**other: object) -> DrillAlarm:
    """Raised to yellow 3 min after the first inject (1 min), told 30 s later, acknowledged after 4 min."""
    one = DrillAlarm(
        7,
        "freeboard",
        "overtopping",
        "level",
        1,
        noted_at=at(4),
        acknowledged_at=at(8),
        acknowledged_by="link:Ana",
        escalates_at=at(9),
        lines=[LevelLine("raised", 1, at(4))],
        messages=[DrillMessage("Ana", "DRILL: overtopping", at(4), at(4.5))],
        actions=[
            DrillAction(
                1, "Start the second pump", "Shift lead", at(12), closed_at=at(11), closed_by="user:3", evidence="runs"
            )
        ],
    )
    return msgspec.structs.replace(one, **other)


def recorded(*alarms: DrillAlarm, until: float = 20, is_over: bool = True) -> DrillRecord:
    return make(scenario(), DrillFacts(BEGAN, at(until), is_over, list(alarms)))


def reaction(found: DrillRecord, measured: str) -> Reaction:
    (one,) = [one for one in found.reactions if one.measured == measured]
    return one


def test_reaction_times_of_a_drill_that_went_well() -> None:
    """By hand: level 3 min after the inject, told 30 s after the alarm, acknowledged 4 min after it, pump after 7."""
    found = recorded(alarm())

    assert [(one.measured, one.after_s, one.outcome) for one in found.reactions] == [
        ("level", 180.0, "in-time"),
        ("notified", 30.0, "no-limit"),
        ("acknowledged", 240.0, "in-time"),
        ("action", 420.0, "in-time"),
    ]
    assert [one.played_at for one in found.injects] == [at(1), at(10), at(15)]
    assert found.counts() == {"in-time": 3, "no-limit": 1}


@pytest.mark.parametrize(
    ("changed", "measured", "outcome"),
    [
        ({"lines": [LevelLine("raised", 1, at(5.01))]}, "level", "late"),
        ({"lines": [LevelLine("raised", 1, at(5))]}, "level", "in-time"),
        ({"lines": [LevelLine("acknowledged", 1, at(4))]}, "level", "missing"),
        ({"type": "suspect"}, "level", "missing"),
        ({"plan": "movement"}, "level", "missing"),
        ({"messages": []}, "notified", "missing"),
        ({"messages": [DrillMessage("Ana", "", at(4), None, "refused")]}, "notified", "missing"),
        ({"acknowledged_at": at(9.01)}, "acknowledged", "late"),
        ({"acknowledged_at": None}, "acknowledged", "missing"),
        ({"acknowledged_at": at(20.5)}, "acknowledged", "missing"),
        ({"acknowledged_at": None, "escalates_at": at(21)}, "acknowledged", "open"),
        ({"acknowledged_at": None, "escalates_at": None}, "acknowledged", "missing"),
        (
            {"actions": [DrillAction(1, "a", "b", at(12), closed_at=at(12.1), closed_by="user:3", evidence="")]},
            "action",
            "late",
        ),
        (
            {"actions": [DrillAction(1, "a", "b", at(12), closed_at=None, closed_by=None, evidence=None)]},
            "action",
            "missing",
        ),
        (
            {"actions": [DrillAction(1, "a", "b", at(34), closed_at=None, closed_by=None, evidence=None)]},
            "action",
            "open",
        ),
    ],
)
def test_what_was_late_or_not_done_is_said(changed: dict[str, object], measured: str, outcome: str) -> None:
    """One thing at a time goes wrong, each control against the drill that went well; at the limit is in time."""
    assert reaction(recorded(alarm(**changed)), measured).outcome == outcome


def test_a_drill_without_an_alarm_is_no_success() -> None:
    """What the plan had to say is missing, and nothing is in time."""
    assert recorded().counts() == {"missing": 1}


def test_while_it_is_held_nothing_is_missing_before_its_limit() -> None:
    """Two minutes in, the level is open; the injects to come are not played, and a later alarm is not yet known."""
    found = recorded(until=2, is_over=False)

    assert [one.outcome for one in found.reactions] == ["open"]
    assert [one.played_at for one in found.injects] == [at(1), None, None]
    assert found.ended_at is None


def test_an_alarm_that_no_inject_names_is_said_to_be_unexpected() -> None:
    """It stands by itself, with its reactions."""
    found = recorded(alarm(), alarm(id=8, plan="movement"))

    assert [one.id for one in found.unexpected] == [8]


def test_an_action_of_a_higher_level_counts_from_that_level() -> None:
    """By hand: orange at 12 min, its action closed at 15: 3 min, and not 11."""
    lines = [LevelLine("raised", 1, at(4)), LevelLine("escalated", 2, at(12))]
    action = DrillAction(2, "Stop discharge", "Mine manager", at(14), closed_at=at(15), closed_by="user:3", evidence="")

    one = reaction(recorded(alarm(highest=2, lines=lines, actions=[action])), "action")

    assert (one.after_s, one.outcome) == (180.0, "late")


def test_a_past_stands_in_the_record_and_where_there_is_none_nothing_does() -> None:
    """A record without one has the bytes, and so the hash, that it had before there was a past."""
    facts = DrillFacts(BEGAN, at(20), True, [])
    with_past = make(msgspec.structs.replace(scenario(), past_h=25.0), facts)

    assert msgspec.json.decode(msgspec.json.encode(with_past))["past_h"] == 25.0
    assert "past_h" not in msgspec.json.decode(msgspec.json.encode(make(scenario(), facts)))


MOMENT = st.one_of(st.none(), st.floats(-60, 60).map(at))


@given(MOMENT, MOMENT, st.floats(-60, 60).map(at), st.booleans())
def test_an_outcome_is_never_kinder_than_the_clock(
    limit_at: datetime | None, done_at: datetime | None, until: datetime, is_over: bool
) -> None:
    """In time only where it was done by the limit; open only where it still can be."""
    outcome = outcome_of(limit_at, done_at, until, is_over)

    assert (outcome == "in-time") == (limit_at is not None and done_at is not None and done_at <= limit_at)
    assert (outcome in ("missing", "open")) == (done_at is None)
    assert outcome != "open" or limit_at is None or until <= limit_at
