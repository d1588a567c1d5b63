"""Who is named as called next is the one who is then called, at that time, in letters, in the api, and in fact.

The dam's clock stands at 16:00 of Monday 24 November 2025 in Lisbon (minute 0), which has UTC then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

import psycopg
import pytest

from api.alarms import escalation, queries
from api.alarms.models import AlarmTest, Escalation, NextCall
from api.http.database import DatabasePool
from ingest.alarms import operator_actions
from ingest.commands.kind import CommandRefused
from ingest.notifications import test_alarms
from ingest.store import Store
from ingest.values import Connection
from tests.api.conftest import API_ROLE
from tests.ingest.alarms.dam import minute
from tests.ingest.notifications.desk import Desk, opened
from tests.ingest.notifications.test_notifier import fault
from tests.servers import TestDatabase

Answer = TypeVar("Answer")
CALLED = """
SELECT r.name, n.kind FROM notification n JOIN recipient r ON r.id = n.recipient_id
JOIN alarm_event e ON e.id = n.event_id WHERE e.type = 'level' ORDER BY n.id"""


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A desk with a sink that is up."""
    with opened(connection, store, vale) as made:
        yield made


def _asked(vale: TestDatabase, question: Callable[[DatabasePool], Awaitable[Answer]]) -> Answer:
    """What the api answers."""

    async def ask() -> Answer:
        async with DatabasePool(vale.conninfo(API_ROLE), 2, 20) as database:
            return await question(database)

    return asyncio.run(ask())


def _tests(vale: TestDatabase, now: datetime) -> list[AlarmTest]:
    """The test alarms as the api shows them."""
    return _asked(vale, lambda database: escalation.tests(database, None, now))


def _following(vale: TestDatabase, id: int, now: datetime) -> list[NextCall]:
    """Who is called next of an alarm, as the api shows it."""

    async def escalated(database: DatabasePool) -> Escalation:
        return await escalation.of_alarm(database, (await queries.one(database, id))[0], now)

    return _asked(vale, escalated).following


def test_a_test_names_nobody_whom_it_does_not_call(desk: Desk, vale: TestDatabase) -> None:
    """A test ends after a day, so the director, who comes after 25 h, is next neither in the mail nor in the api."""
    desk.add("Ana")
    desk.add("manager", after_min=15)
    desk.add("director", after_min=25 * 60)
    desk.dam.now = minute(1)
    with desk.dam.connection.transaction():
        test_alarms.add(desk.dam.connection, "vale", 1, "user:1", desk.dam.now)
    desk.run_until(minute(17), timedelta(minutes=16))
    (one,) = _tests(vale, desk.dam.now)
    desk.run_until(minute(1) + timedelta(hours=26), timedelta(hours=5))

    assert one.escalation.following == []
    assert [to.partition("@")[0] for to, _ in desk.sink.letters] == ["Ana", "manager"]
    assert not [body for _, body in desk.sink.letters if "director" in body]


def test_who_has_quiet_hours_is_next_at_their_end(desk: Desk, vale: TestDatabase) -> None:
    """A silent node of 16:00 goes to the owner at 17:00, and to the chief, after 15 minutes by rule, at 18:00.

    The api names that and the mail sink has it.
    """
    desk.add("workshop", family="maintenance")
    desk.add("chief", family="maintenance", after_min=15, quiet=("16:05", "18:00"))
    desk.add("owner", family="maintenance", after_min=60)
    fault(desk, "silent-node", "n05", '{"code": "silent-node", "node": "n05", "last_seen_at": "2025-11-24T16:00Z"}')
    ((alarm,),) = desk.dam.rows("SELECT max(id) FROM alarm_event")
    with psycopg.connect(vale.conninfo()) as owner:
        owner.execute("UPDATE alarm_history SET noted_at = at")
    desk.run_until(minute(1))
    following = _following(vale, alarm, desk.dam.now)
    desk.run_until(minute(119), timedelta(minutes=59))
    early = [to.partition("@")[0] for to, _ in desk.sink.letters]
    desk.run_until(minute(121))

    assert [(one.recipient, one.at) for one in following] == [("owner", minute(60)), ("chief", minute(120))]
    assert early == ["workshop", "owner"] and desk.sink.letters[-1][0] == "chief@example.org"


def test_an_alarm_that_is_unshelved_calls_from_the_start(desk: Desk) -> None:
    """Shelved at minute 3 until 63, when the centre ends it at 65: Ana is called again, the manager 15 min after her.

    Not at minute 63, of the call of minute 1, which nobody was asked to answer since.
    """
    desk.add("Ana")
    desk.add("manager", after_min=15)
    desk.raise_pond(1)
    desk.run_until(minute(3))
    values = {"reason": "excavator", "now": minute(3), "until": minute(63)}
    operator_actions.hold(desk.dam.connection, "vale", desk.dam.event("id")[0], "shelved", "user:3", **values)
    desk.run_until(minute(64))
    desk.dam.follow(65)
    desk.run_until(minute(79))
    before = desk.dam.rows(CALLED)
    desk.run_until(minute(81))

    assert before == [("Ana", "raised"), ("Ana", "unshelved")]
    assert desk.dam.rows(CALLED) == [*before, ("manager", "unacknowledged")]


def test_who_is_in_the_rota_stays_one_who_is_called_at_once(desk: Desk) -> None:
    """Ana is on duty by the rota: called only after 15 min she would be on duty on the page, and Rui be called."""
    desk.add("Ana")
    desk.add("Rui")
    hours = {"begins": "06:00", "ends": "06:00", "first_day": "2025-11-24"}
    desk.ask("set-shift", "user:1", name="Duty", members=["Ana", "Rui"], **hours)

    with pytest.raises(CommandRefused, match="after_min: 'Ana' is in the rota"):
        desk.add("Ana", after_min=15)
    desk.raise_pond(1)
    desk.run_until(minute(3))
    assert desk.dam.rows(CALLED) == [("Ana", "raised")]
