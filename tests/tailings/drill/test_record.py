"""The record of a drill: reaction times of worked examples, and what no order of events can make of them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.drill import DrillAlarm, DrillFacts, DrillRecord, make
from tailings.drill.record import DrillAction, DrillMessage, LevelLine, Reaction, outcome_of
from tailings.drill.scenario import Expectation, Inject
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


@pytest.mark.parametrize(
    ("lines", "after_s", "outcome"),
    [
        ([], -360.0, "in-time"),
        ([LevelLine("returned", 0, at(8))], None, "missing"),
        ([LevelLine("fell", 0, at(8)), LevelLine("raised-again", 1, at(12))], 120.0, "in-time"),
        ([LevelLine("fell", 0, at(8)), LevelLine("raised-again", 1, at(16))], 360.0, "late"),
    ],
)
def test_a_level_that_had_fallen_before_an_inject_is_not_reached_by_it(
    lines: list[LevelLine], after_s: float | None, outcome: str
) -> None:
    """Yellow from 4 to 8 min; yellow must follow an inject at 10 within 4 min; the control stands all along."""
    again = Inject(10.0, "It rises again.", expect=(Expectation("freeboard", "yellow", 4.0),))
    played = msgspec.structs.replace(scenario(), injects=(scenario().injects[0], again))
    raised = alarm(lines=[LevelLine("raised", 1, at(4)), *lines])

    _, second = [
        one for one in make(played, DrillFacts(BEGAN, at(20), True, [raised])).reactions if one.measured == "level"
    ]

    assert (second.after_s, second.outcome) == (after_s, outcome)


def test_a_call_that_nobody_answered_in_time_is_late_whatever_was_answered_before() -> None:
    """By hand: yellow at 4, acknowledged at 5; orange at 6 and red at 9, each with the next call 4 min later, answered
    at 14: red begins the wait anew, so 13 min is the limit. Orange again at 16, while red stands, asks nobody anew."""
    lines = [
        LevelLine("raised", 1, at(4), escalates_at=at(8)),
        LevelLine("acknowledged", 1, at(5), author="Ana"),
        LevelLine("escalated", 2, at(6), escalates_at=at(10)),
        LevelLine("escalated", 3, at(9), escalates_at=at(13)),
        LevelLine("acknowledged", 3, at(14), author="Rui"),
        LevelLine("fell", 1, at(15)),
        LevelLine("raised-again", 2, at(16), escalates_at=at(20)),
    ]

    found = [one for one in recorded(alarm(highest=3, lines=lines)).reactions if one.measured == "acknowledged"]

    said = [(one.level, one.who, one.after_s, one.limit_at, one.outcome) for one in found]
    assert said == [(1, "Ana", 60.0, at(8), "in-time"), (3, "Rui", 480.0, at(13), "late")]


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
