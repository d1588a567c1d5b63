"""A drill that is over and one that is held, for tests of api and pages: worked out by hand."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from tailings.drill import DrillAlarm, DrillFacts, DrillRecord, DrillScenario, make
from tailings.drill.record import DrillAction, DrillMessage, LevelLine
from tailings.drill.scenario import Expectation, Inject, Participant

BEGAN: Final = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
SCENARIO: Final = DrillScenario(
    "pond-rise",
    "Pond rises",
    "Storm passed.",
    30.0,
    injects=(
        Inject(1.0, "Culvert blocked.", expect=(Expectation("overtopping", "yellow", 2.0),)),
        Inject(20.0, "Culvert free."),
    ),
    people=(Participant("Ana"), Participant("Rui", 5)),
    past_h=25.0,
)


def at(minutes: float) -> datetime:
    """So long after the first second."""
    return BEGAN + timedelta(minutes=minutes)


def record(until: float = 30, is_over: bool = True) -> DrillRecord:
    """Yellow after 2 of 2 min, told after 0.5, acknowledged after 6 of 5, the pump after 7 of 9, the walk not at all;
    and an alarm of another plan, which nobody acknowledged."""
    alarm = DrillAlarm(
        7,
        "overtopping",
        "overtopping",
        "level",
        1,
        noted_at=at(3),
        acknowledged_at=at(9),
        acknowledged_by="Rui",
        escalates_at=at(8),
        lines=[LevelLine("raised", 1, at(3))],
        messages=[
            DrillMessage("Ana", "YELLOW", at(3), at(3.5)),
            DrillMessage("Rui", "YELLOW", at(8), None, "refused"),
        ],
        actions=[
            DrillAction(1, "Start pump", "Shift lead", at(12), closed_at=at(10), closed_by="user:3", evidence="runs"),
            DrillAction(1, "Walk benches", "Shift lead", at(20), closed_at=None, closed_by=None, evidence=None),
        ],
    )
    other = msgspec.structs.replace(
        alarm, id=8, plan="piping", title="piping", noted_at=at(4), acknowledged_at=None, messages=[], actions=[]
    )
    return make(SCENARIO, DrillFacts(BEGAN, at(until), is_over, [alarm, other]))


def add(conninfo: str) -> None:
    """Write both into the database of the facility vale, as its owner."""
    with psycopg.connect(conninfo) as owner:
        for found, ended in ((record(), at(30)), (record(2, is_over=False), None)):
            values = (
                Jsonb(msgspec.to_builtins(SCENARIO)),
                ended,
                Jsonb(msgspec.to_builtins(found)),
                ended and "0" * 64,
            )
            owner.execute(
                "INSERT INTO drill (facility_id, scenario, led_by, began_at, ended_at, record, sha256)"
                " VALUES ('vale', %s, 'system:0', %s, %s, %s, %s)",
                (values[0], BEGAN, *values[1:]),
            )
