"""Drills in a real database: the record of a drill from alarms, messages and answers, and that it stays as it was."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import psycopg
import pytest

from ingest import drills
from ingest.alarms import operator_actions
from ingest.drills import HeldAlready
from ingest.store import Store
from ingest.values import Connection
from tailings.drill import DrillRecord, DrillScenario
from tailings.drill.scenario import Expectation, Inject, Participant
from tests.ingest.alarms.dam import minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

LED_BY = "system:0"
SCENARIO = DrillScenario(
    "pond-rise",
    "The pond rises",
    "A culvert is blocked.",
    60.0,
    injects=(Inject(1.0, "The pond rises.", expect=(Expectation("overtopping", "yellow", 3.0),)),),
    people=(Participant("shift"), Participant("manager", 15)),
)


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A dam with two who are told, the second after a quarter of an hour."""
    with opened(connection, store, vale) as made:
        made.add("shift")
        made.add("manager", after_min=15)
        yield made


def hold(desk: Desk, until: float = 40) -> DrillRecord:
    """The pond rises at 2 min; the notifier looks each minute; the alarm is acknowledged at 20; the drill ends."""
    with desk.dam.connection.transaction():
        one = drills.begin(desk.dam.connection, "vale", SCENARIO, LED_BY, minute(0))
    desk.raise_pond(2)
    desk.run_until(minute(20))
    (alarm,) = desk.dam.event("id")
    operator_actions.acknowledge(desk.dam.connection, "vale", alarm, "user:3", "", now=desk.dam.now)
    desk.run_until(minute(until), timedelta(minutes=10))
    with desk.dam.connection.transaction():
        return drills.end(desk.dam.connection, one, minute(until))


def test_reaction_times_are_those_of_the_clock(desk: Desk) -> None:
    """By hand: yellow 1 min after its inject, told at the notifier's next look, acknowledged after 18 min: the manager
    was called at 15, so that is late; what the plan asks of people is not done."""
    found = hold(desk)

    said = [(one.measured, one.after_s, one.outcome) for one in found.reactions if one.measured != "action"]
    assert said == [("level", 60.0, "in-time"), ("notified", 60.0, "no-limit"), ("acknowledged", 1080.0, "late")]
    assert {one.outcome for one in found.reactions if one.measured == "action"} <= {"missing", "open"}
    told = [(one.recipient, one.notified_at) for one in found.alarms[0].messages]
    assert told == [("shift", minute(3)), ("manager", minute(17))]
    assert found.unexpected == []


def test_each_call_of_a_rising_level_has_its_own_acknowledgement(desk: Desk) -> None:
    """By hand: yellow at 2, acknowledged after 3 min; red at 20, after 4; each before the manager's quarter of an hour,
    so both are in time, whatever lies between them."""
    connection = desk.dam.connection
    with connection.transaction():
        one = drills.begin(connection, "vale", SCENARIO, LED_BY, minute(0))
    for raised, level_m, answered in ((2, 338.5, 5), (20, 341.0, 24)):
        desk.dam.put([(raised - 2.5 + 0.5 * step, level_m) for step in range(6)])
        desk.dam.follow(raised)
        desk.run_until(minute(answered))
        (alarm,) = desk.dam.event("id")
        operator_actions.acknowledge(connection, "vale", alarm, "user:3", "", now=desk.dam.now)
    with connection.transaction():
        found = drills.end(connection, one, minute(60))

    said = [(one.level, one.after_s, one.outcome) for one in found.reactions if one.measured == "acknowledged"]
    assert said == [(1, 180.0, "in-time"), (3, 240.0, "in-time")]


def test_what_was_before_the_drill_is_not_of_it(desk: Desk) -> None:
    """An alarm that stands when it begins is in no record."""
    desk.raise_pond(-30)
    with desk.dam.connection.transaction():
        one = drills.begin(desk.dam.connection, "vale", SCENARIO, LED_BY, minute(0))
        found = drills.end(desk.dam.connection, one, minute(40))

    assert found.alarms == [] and found.counts() == {"missing": 1}


def test_the_record_is_written_as_the_drill_goes_on_and_only_when_it_changes(desk: Desk) -> None:
    """Who watches is told once for each change; the record in the table is the one that was ended."""
    connection = desk.dam.connection
    with connection.transaction():
        one = drills.begin(connection, "vale", SCENARIO, LED_BY, minute(0))
    desk.raise_pond(2)
    with connection.transaction():
        changed = [drills.update(connection, one, minute(at)) for at in (2.1, 2.2)]
    with connection.transaction():
        ended = drills.end(connection, one, minute(5))
    ((record, ended_at),) = desk.dam.rows("SELECT record, ended_at FROM drill")

    assert changed == [True, False]
    assert msgspec.convert(record, DrillRecord) == ended and ended_at == minute(5)
    assert drills.held(connection, "vale") is None


def test_a_drill_that_is_over_cannot_be_changed(desk: Desk) -> None:
    """Neither its record nor its row, by whoever may write; one at a time is held."""
    hold(desk)
    connection = desk.dam.connection
    with pytest.raises(psycopg.errors.RestrictViolation), connection.transaction():
        connection.execute("UPDATE drill SET record = '{}'")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute("DELETE FROM drill")
    with connection.transaction():
        drills.begin(connection, "vale", SCENARIO, LED_BY, minute(50))
    with pytest.raises(HeldAlready, match="end that one first"), connection.transaction():
        drills.begin(connection, "vale", SCENARIO, LED_BY, minute(51))


def test_begin_and_end_stand_in_the_audit_log(desk: Desk) -> None:
    """With who led it and the hash of the record."""
    hold(desk)

    (digest,) = desk.dam.rows("SELECT sha256 FROM drill")
    lines = desk.dam.rows("SELECT actor, action, detail::jsonb ->> 'sha256' FROM audit WHERE action LIKE 'drill.%%'")
    assert lines == [(LED_BY, "drill.begun", None), (LED_BY, "drill.ended", *digest)]
