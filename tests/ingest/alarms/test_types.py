"""Events beside the level: a reading that is past one and doubted, and a plan that cannot see.

What decides that a reading is believed past a level, or that a plan is blind, is another room's; here is what becomes
of it: the event, the notification on a real mail sink, the api and the pages.
"""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from ingest.alarms import events, operator_actions, plans
from ingest.store import Store
from ingest.values import Connection
from tailings.facility import Facility, Plan
from tests.api import people
from tests.api.server import ApiServer
from tests.ingest.alarms.dam import TEXT, minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

FACILITY, OPERATOR = "vale", "user:3"
UNAPPROVED = TEXT.replace('approved_by = "Engineer of Record"\napproved_on = 2024-07-01\n', "")
LOST = [{"code": "silent", "datastream": "n01:pond.level"}]


class Room:
    """A desk whose plan is told what the values are believed to mean, and what it misses."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.facility: Facility
        self.plan: Plan
        self.facility, self.plan = plans.stored(desk.dam.connection, FACILITY, "overtopping")

    def suspect(self, at: float, believed: int, level: int = 0) -> None:
        """A round in which doubted values would mean this level."""
        self.desk.dam.now = minute(at)
        with self.desk.dam.connection.transaction():
            place = (self.desk.dam.connection, self.facility, self.plan)
            events.take_in_suspect(*place, believed, level, at=minute(at), now=minute(at))
        self.desk.notifier.round()

    def sight(self, at: float, is_blind: bool) -> None:
        """A round in which the plan is blind, or sees."""
        self.desk.dam.now = minute(at)
        with self.desk.dam.connection.transaction():
            place, lost = (self.desk.dam.connection, self.facility, self.plan), LOST if is_blind else []
            events.take_in_sight(*place, is_blind, lost, at=minute(at), now=minute(at))
        self.desk.notifier.round()


@pytest.fixture
def room(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Room]:
    """A pond that has just been read at 341 m, by a reading that a spike test doubts; a shift told from yellow on."""
    with opened(connection, store, vale) as desk:
        desk.add("shift")
        desk.dam.put([(0, 337.0)])
        desk.dam.put([(1, 341.0)], quality=3, tests="spike")
        yield Room(desk)


@contextmanager
def reading(database: TestDatabase, folder: Path) -> Iterator[httpx.Client]:
    """The api and the pages over this database."""
    people.add_user(database.conninfo(), "shift", vale="annotate")
    server = ApiServer(folder, database.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=60, follow_redirects=True) as client:
        people.log_in(client, "shift")
        yield client
    server.stop()


SUSPECT = """\
Overtopping at Vale do Sino is SUSPECT past RED since 16:01 WET (0 min).
A flagged reading is past the limit. It may be wrong, or true.
Pond level 341.00 m at 16:01 WET, flagged suspect by spike (n01:pond.level: yellow above 338.00, orange above 339.00, \
orange above 0.50 m/h over 10 min, red above 340.50)

Do first: read it by hand or go and look. If it is true, act as for RED.

If nobody acknowledges it, manager is called at 16:16 WET.

Open and acknowledge: https://tailwatch.example.org/alarms/{id}
"""
BLIND = """\
BLIND: overtopping would go undetected at Vale do Sino, since 16:30 WET (0 min). Lost:
- n01:pond.level silent
Pond level 341.00 m at 16:01 WET, flagged suspect by spike (n01:pond.level: yellow above 338.00, orange above 339.00, \
orange above 0.50 m/h over 10 min, red above 340.50)

Do first: read the lost instruments by hand, and watch the dam in person until instruments see it again.

Open and acknowledge: https://tailwatch.example.org/alarms/{id}
"""


def test_a_suspect_reading_past_red_calls_those_of_red_and_says_what_it_is(room: Room) -> None:
    """Line by line; the level of the plan stays as it is, and nobody is called twice."""
    room.desk.add("authority", from_level=3)
    room.desk.add("manager", after_min=15)
    room.suspect(1, believed=3)
    room.suspect(2, believed=3)

    ((alarm,),) = room.desk.dam.rows("SELECT id FROM alarm_event")
    assert room.desk.subjects() == ["SUSPECT past RED, Vale do Sino: overtopping, pond level 341.00 m"] * 2
    assert room.desk.sink.mails[0][1].replace("\r\n", "\n") == SUSPECT.format(id=alarm)
    assert room.desk.dam.rows("SELECT type, level, signal FROM alarm_event") == [("suspect", 3, 3)]


def test_it_rises_falls_and_is_over_as_other_alarms(room: Room) -> None:
    """Past yellow, past red (told again), believed no more (told), acknowledged: over."""
    for at, believed in ((1, 1), (2, 3), (3, 0)):
        room.suspect(at, believed)
    ((alarm,),) = room.desk.dam.rows("SELECT id FROM alarm_event")
    operator_actions.acknowledge(
        room.desk.dam.connection, FACILITY, alarm, OPERATOR, "read by hand: 337.0 m", now=minute(4)
    )

    assert [subject.partition(",")[0] for subject in room.desk.subjects()] == [
        "SUSPECT past YELLOW",
        "SUSPECT past RED",
        "Cleared",
    ]
    assert room.desk.subjects()[-1] == "Cleared, Vale do Sino: overtopping, no longer suspect"
    assert [kind for (kind,) in room.desk.dam.rows("SELECT kind FROM alarm_history ORDER BY id")] == [
        "raised",
        "escalated",
        "returned",
        "acknowledged",
        "closed",
    ]


def test_what_is_confirmed_is_of_the_level(room: Room) -> None:
    """A level that usable values reach as well is no suspicion."""
    room.suspect(1, believed=3)
    room.desk.dam.put([(2, 341.0), (3, 341.0), (4, 341.0), (5, 341.0)])
    room.desk.dam.follow(5)
    room.suspect(6, believed=3, level=3)

    rows = room.desk.dam.rows("SELECT type, level, signal FROM alarm_event ORDER BY type")
    assert rows == [("level", 3, 3), ("suspect", 0, 0)]


def test_a_blind_plan_calls_those_of_yellow_and_says_what_is_lost(room: Room) -> None:
    """At once, in the night too; who is told of red alone is not woken; it says when the plan sees again."""
    room.desk.add("authority", from_level=3)
    room.sight(30, is_blind=True)
    ((alarm,),) = room.desk.dam.rows("SELECT id FROM alarm_event")
    room.sight(31, is_blind=True)
    room.sight(40, is_blind=False)

    assert room.desk.subjects(with_sight=True) == [
        "BLIND, Vale do Sino: overtopping would go undetected",
        "Cleared, Vale do Sino: overtopping can be seen again",
    ]
    assert room.desk.sink.mails[0][1].replace("\r\n", "\n") == BLIND.format(id=alarm)
    assert room.desk.dam.rows(
        "SELECT DISTINCT r.name FROM notification n JOIN recipient r ON r.id = n.recipient_id"
    ) == [("shift",)]


def test_a_hold_of_the_level_holds_neither(room: Room) -> None:
    """Each type is shelved for itself: yellow is shelved, blind and suspect still call."""
    room.desk.dam.put([(2, 338.5)])
    room.desk.dam.follow(2)
    (level,) = room.desk.dam.event("id")
    operator_actions.hold(
        room.desk.dam.connection,
        FACILITY,
        level,
        "shelved",
        OPERATOR,
        reason="excavator",
        now=minute(3),
        until=minute(600),
    )
    room.suspect(4, believed=3, level=1)
    room.sight(5, is_blind=True)
    states = room.desk.dam.rows("SELECT type, alarm_state_of(e, %s) FROM alarm_event e ORDER BY type", (minute(6),))

    assert [subject.partition(",")[0] for subject in room.desk.subjects(with_sight=True)] == [
        "SUSPECT past RED",
        "BLIND",
    ]
    assert states == [("blind", "unacknowledged"), ("level", "shelved"), ("suspect", "unacknowledged")]


def test_a_plan_that_only_simulates_calls_nobody(connection: Connection, store: Store, vale: TestDatabase) -> None:
    """Neither for a doubt nor when it is blind."""
    with opened(connection, store, vale, UNAPPROVED) as desk:
        desk.add("shift")
        room = Room(desk)
        desk.dam.put([(1, 341.0)], quality=3)
        room.suspect(2, believed=3)
        room.sight(3, is_blind=True)

        assert desk.sink.mails == []
        assert desk.dam.rows("SELECT bool_and(is_simulated) FROM alarm_event") == [(True,)]


def test_api_and_pages_say_which_it_is(room: Room, vale: TestDatabase, tmp_path: Path) -> None:
    """Type, level, what is lost; in words of their own."""
    room.suspect(1, believed=3)
    room.sight(30, is_blind=True)
    room.desk.run_until(minute(32), timedelta(minutes=1))
    with reading(vale, tmp_path) as client:
        found = {one["type"]: one for one in client.get("/api/v1/alarms", params={"family": "dam"}).json()["alarms"]}
        board = html.unescape(client.get("/alarms").text)
        one = html.unescape(client.get(f"/alarms/{found['blind']['id']}").text)

    assert {type: one["level"] for type, one in found.items()} == {"suspect": 3, "blind": 1}
    assert found["blind"]["lost"] == LOST and found["suspect"]["lost"] == []
    assert "Suspect past red" in board and "check it by hand" in board
    assert "Would go undetected; lost: n01:pond.level (silent)" in board and "Blind" in one
