"""Test alarms on a real mail sink, with a clock passed in: in turn as an alarm, marked, and counted nowhere."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.notifications import test_alarms
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

CALLED = "SELECT r.name, n.key FROM notification n JOIN recipient r ON r.id = n.recipient_id ORDER BY n.id"
COUNTED = """
SELECT (SELECT count(*) FROM alarm_event), (SELECT count(*) FROM alarm_history), (SELECT count(*) FROM assessment),
       (SELECT count(*) FROM notification WHERE event_id IS NOT NULL)"""


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """Ana has the week by the rota, Rui not; the manager comes after 15 minutes, the owner from red on after 30."""
    with opened(connection, store, vale) as made:
        for name, more in (("Ana", {}), ("Rui", {}), ("manager", {"after_min": 15})):
            made.add(name, **more)
        made.add("owner", from_level=3, after_min=30)
        hours = {"begins": "06:00", "ends": "06:00", "first_day": "2025-11-24"}
        made.ask("set-shift", "user:1", name="Duty", members=["Ana", "Rui"], **hours)
        made.dam.now = minute(1)
        yield made


def sent(desk: Desk, level: int) -> int:
    """Ask for a test alarm at the dam's clock, as its command does at that of the machine."""
    with desk.dam.connection.transaction():
        return test_alarms.add(desk.dam.connection, "vale", level, "user:1", desk.dam.now)


def test_a_test_goes_in_turn_until_somebody_confirms(desk: Desk) -> None:
    """Ana at once, the manager after 15 minutes; he confirms, and the owner is not called any more."""
    id = sent(desk, 3)
    desk.run_until(minute(20), timedelta(minutes=3))
    with desk.dam.connection.transaction():
        assert test_alarms.confirm(desk.dam.connection, "vale", id, "recipient:3", desk.dam.now)
    desk.run_until(minute(60), timedelta(minutes=10))

    assert desk.dam.rows(CALLED) == [("Ana", f"t:{id}"), ("manager", f"t:{id}")]
    assert desk.dam.rows("SELECT author FROM alarm_test_confirmation") == [("recipient:3",)]


def test_a_test_of_yellow_calls_nobody_who_is_told_from_red_on(desk: Desk) -> None:
    """As an alarm of that level would; unconfirmed it ends after a day."""
    sent(desk, 1)
    desk.run_until(minute(60), timedelta(minutes=10))

    assert [name for name, _ in desk.dam.rows(CALLED)] == ["Ana", "manager"]


def test_its_first_word_says_that_it_is_one_and_it_counts_nowhere(desk: Desk) -> None:
    """Subject and body begin with TEST; no alarm, no line of history, no assessment comes of it."""
    before = desk.dam.rows(COUNTED)
    sent(desk, 3)
    desk.run_until(minute(40), timedelta(minutes=5))

    assert len(desk.sink.mails) == 3
    assert all(
        subject.startswith("TEST: RED, Vale do Sino") and body.startswith("TEST,") for subject, body in desk.sink.mails
    )
    assert desk.dam.rows(COUNTED) == before


def test_it_is_in_the_language_of_its_recipient(connection: Connection, store: Store, vale: TestDatabase) -> None:
    """As a real alarm would be: one who reads Spanish is not tried in English."""
    with opened(connection, store, vale) as desk:
        desk.add("turno", language="es")
        desk.dam.now = minute(1)
        sent(desk, 3)
        desk.run_until(minute(3), timedelta(minutes=1))

        assert [subject for subject, _ in desk.sink.mails] == ["PRUEBA: ROJO, Vale do Sino: no ha pasado nada"]


def test_a_test_of_another_facility_is_confirmed_by_nobody_here(desk: Desk) -> None:
    """A number that is not of this facility is no test alarm here."""
    id = sent(desk, 3)

    assert not test_alarms.confirm(desk.dam.connection, "rosa", id, "user:1", desk.dam.now)
