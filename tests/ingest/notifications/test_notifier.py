"""Notifications on a real mail sink with a clock passed in: an hour down, on call, escalation, quiet hours, digest."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from ingest.alarms import Equipment, operator_actions
from ingest.commands import CommandRefused
from ingest.notifications import composition, recipients
from ingest.store import Store
from ingest.values import Connection
from tests.api.server import ApiServer
from tests.ingest.alarms.dam import TEXT, minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A desk with a sink that is up."""
    with opened(connection, store, vale) as made:
        yield made


def test_a_channel_that_is_down_for_an_hour_loses_and_repeats_nothing(desk: Desk) -> None:
    """Yellow, red, back and a test while it is down: each arrives once, in order, and says how late it is."""
    desk.add("shift")
    desk.sink.stop()
    desk.raise_pond(2)
    desk.run_until(minute(10), timedelta(minutes=4))
    for at in (11, 12, 13, 14):
        desk.raise_pond(at, 341.0)
    desk.run_until(minute(30), timedelta(minutes=8))
    desk.raise_pond(31, 337.0)
    desk.run_until(minute(33))
    composition.test(desk.dam.connection, recipients.known(desk.dam.connection)[0], 7, desk.dam.now)
    desk.run_until(minute(60), timedelta(minutes=10))
    assert desk.sink.mails == []
    desk.sink.start()
    desk.run_until(minute(100), timedelta(minutes=4))

    assert desk.subjects() == [
        "YELLOW, Vale do Sino: overtopping, pond level 338.50 m",
        "RED, Vale do Sino: overtopping, pond level 341.00 m",
        "Cleared, Vale do Sino: overtopping",
        "Test, Vale do Sino",
    ]
    assert all("late: the channel was down" in body for _, body in desk.sink.mails)
    tried = desk.dam.rows("SELECT is_sent, count(*) > 0 FROM notification_attempt GROUP BY is_sent ORDER BY is_sent")
    assert tried == [(False, True), (True, True)]
    assert desk.dam.rows("SELECT count(*) FROM notification_attempt WHERE is_sent") == [(4,)]


def test_who_does_not_acknowledge_is_passed_over(desk: Desk) -> None:
    """After 15 minutes without an acknowledgement the next one is told, once; acknowledged in time, nobody is."""
    desk.add("shift")
    desk.add("manager", after_min=15)
    desk.raise_pond(1)
    desk.run_until(minute(14))
    assert len(desk.sink.mails) == 1
    desk.run_until(minute(40), timedelta(minutes=5))
    assert desk.subjects() == [
        "YELLOW, Vale do Sino: overtopping, pond level 338.50 m",
        "Not acknowledged: YELLOW, Vale do Sino: overtopping, pond level 338.50 m",
    ]

    (alarm,) = desk.dam.event("id")
    operator_actions.acknowledge(desk.dam.connection, "vale", alarm, "user:3", "", now=desk.dam.now)
    desk.run_until(minute(90), timedelta(minutes=10))
    assert len(desk.sink.mails) == 2


def test_levels_and_watches(desk: Desk) -> None:
    """Yellow goes to who is on call at 16:00 of a Monday in Lisbon; the authority hears of orange and above only."""
    desk.add("day", on_call=("08:00", "18:00"))
    desk.add("night", on_call=("18:00", "08:00"))
    desk.add("authority", from_level=2)
    desk.raise_pond(1)
    desk.run_until(minute(3))

    told = desk.dam.rows("SELECT r.name FROM notification n JOIN recipient r ON r.id = n.recipient_id ORDER BY 1")
    assert told == [("day",)]


def test_when_nobody_has_the_watch_all_are_told(desk: Desk) -> None:
    """A rota with a hole loses no alarm."""
    desk.add("sunday", weekdays=[7])
    desk.raise_pond(1)
    desk.run_until(minute(3))

    assert desk.subjects() == ["YELLOW, Vale do Sino: overtopping, pond level 338.50 m"]


def fault(desk: Desk, rule: str, subject: str, detail: str) -> None:
    """A fault of the equipment as its rules find it at minute 0."""
    with desk.dam.connection.transaction():
        desk.dam.connection.execute(
            "INSERT INTO alarm_event (facility_id, family, rule, subject, title, detail, is_simulated, level, signal,"
            " highest, began_at, noted_at, is_past) VALUES ('vale', 'maintenance', %s, %s, '', %s, false, 1, 1, 1,"
            " %s, %s, false)",
            (rule, subject, detail, minute(0), minute(0)),
        )
        desk.dam.connection.execute(
            "INSERT INTO alarm_history (event_id, at, kind, level, author) SELECT max(id), %s, 'raised', 1,"
            " 'program:ingest' FROM alarm_event",
            (minute(0),),
        )


def test_equipment_waits_for_the_morning_and_the_dam_never(desk: Desk) -> None:
    """Quiet hours hold back a silent node until they end; for the dam they are refused."""
    desk.add("workshop", family="maintenance", quiet=("15:00", "17:00"))
    fault(desk, "silent-node", "n05", '{"code": "silent-node", "node": "n05", "last_seen_at": "2025-11-24T16:00Z"}')
    desk.run_until(minute(50), timedelta(minutes=10))
    assert desk.sink.mails == []
    desk.run_until(minute(75), timedelta(minutes=5))
    assert desk.subjects() == ["Equipment, Vale do Sino: Node n05 silent since 24 Nov 16:00 WET"]

    with pytest.raises(Exception, match="no quiet hours"):
        desk.add("shift", quiet=("22:00", "06:00"))


@pytest.mark.parametrize("is_acknowledged", [True, False])
def test_that_equipment_is_well_again_is_told_where_somebody_took_it_on(desk: Desk, is_acknowledged: bool) -> None:
    """Who was told of the silent node and acknowledged hears that it is back; of what nobody took on, nobody."""
    desk.add("workshop", family="maintenance")
    fault(desk, "silent-node", "n05", '{"code": "silent-node", "node": "n05", "last_seen_at": "2025-11-24T16:00Z"}')
    desk.run_until(minute(2))
    (alarm,) = desk.dam.event("id")
    if is_acknowledged:
        operator_actions.acknowledge(desk.dam.connection, "vale", alarm, "user:3", "", now=desk.dam.now)
    with desk.dam.connection.transaction():
        Equipment(Path("/"), clock=lambda: minute(3)).look(desk.dam.connection)
    desk.run_until(minute(5))

    back = [body.replace("\r\n", "\n") for subject, body in desk.sink.mails if "Cleared" in subject]
    assert len(back) == is_acknowledged
    assert all("Node n05 silent since 24 Nov 16:00 WET: cleared 16:03 WET" in body for body in back)
    assert not any("Do first" in body for body in back)


def test_a_plan_proved_blind_waits_for_no_morning(desk: Desk) -> None:
    """In quiet hours the silent node waits, and what a proof of sight found is told in the first round."""
    desk.add("workshop", family="maintenance", quiet=("15:00", "17:00"))
    fault(desk, "silent-node", "n05", '{"code": "silent-node", "node": "n05", "last_seen_at": "2025-11-24T16:00Z"}')
    fault(desk, "sight-lost", "overtopping", '{"code": "sight-unknown", "plan": "overtopping"}')
    desk.run_until(minute(1))

    told = desk.dam.rows(
        "SELECT e.rule FROM notification n JOIN alarm_event e ON e.id = n.event_id WHERE n.sent_at > '-infinity'"
    )
    assert told == [("sight-lost",)]


def test_a_digest_a_day(desk: Desk) -> None:
    """Once after seven in the morning, with what stands."""
    desk.add("office", has_digest=True, from_level=3)
    desk.raise_pond(1)
    desk.run_until(minute(0) + 20 * HOUR, HOUR)

    digests = [mail for mail in desk.sink.mails if mail[0].startswith("Daily")]
    assert len(digests) == 2  # the afternoon of the first day, the morning of the next
    assert digests[-1][0] == "Daily, Vale do Sino: 1 open, 1 not acknowledged"
    assert "- YELLOW: overtopping, since 24 Nov 16:01 WET (15 h 0 min), NOT ACKNOWLEDGED" in digests[-1][1]
    assert "next: inspect the beach (operator), overdue since 24 Nov 20:01 WET" in digests[-1][1]


NIGHT = """\
Overtopping at Vale do Sino is YELLOW since 16:01 WET (1 min).
Pond level 338.50 m at 16:01 WET (n01:pond.level: yellow above 338.00, orange above 339.00, \
orange above 0.50 m/h over 10 min, red above 340.50)

Do first: inspect the beach (operator), by 20:01 WET

Call: operator.
Stays at YELLOW until Engineer of Record lowers it.
If nobody acknowledges it, manager is called at 16:16 WET.

Open and acknowledge: https://tailwatch.example.org/alarms/{id}
"""


def test_a_letter_says_what_where_how_bad_since_when_what_to_do_and_who_is_next(desk: Desk) -> None:
    """Line by line as a person reads it on a phone at night; the words are those that this test states."""
    desk.add("shift")
    desk.add("manager", after_min=15)
    desk.dam.put([(-5, 337.9)])
    desk.raise_pond(1)
    desk.run_until(minute(2))

    (alarm,) = desk.dam.event("id")
    assert [body.replace("\r\n", "\n") for _, body in desk.sink.mails] == [NIGHT.format(id=alarm)]


def test_an_instrument_is_called_by_its_name_in_letters_and_in_the_api(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path
) -> None:
    """The name and the place of the facility file stand before the code; the alarm, overview and page have them."""
    pond = '[instruments."n01:pond"]\n'
    named = TEXT.replace(pond, f'{pond}title = "Pond gauge G-01"\nplace = "decant tower"\n', 1)
    with opened(connection, store, vale, named) as desk:
        desk.add("shift")
        desk.raise_pond(1)
        desk.run_until(minute(2))
        body = desk.sink.mails[0][1]
    server = ApiServer(tmp_path, vale.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        (alarm,) = client.get("/api/v1/alarms", params={"family": "dam"}).json()["alarms"]
        overview = client.get("/api/v1/facilities/vale/overview").json()
        page = client.get("/alarms").text
    server.stop()

    assert "(Pond gauge G-01, decant tower, n01:pond.level: yellow above 338.00" in body
    assert (alarm["watched_title"], alarm["watched_place"]) == ("Pond gauge G-01", "decant tower")
    assert overview["facilities"][0]["instruments"] == [
        {"instrument": "n01:pond", "title": "Pond gauge G-01", "place": "decant tower"}
    ]
    assert "Pond gauge G-01, decant tower (n01 pond) pond level" in page


def test_who_was_told_hears_that_it_is_back_and_why(desk: Desk) -> None:
    """A spike: the shift, and the manager who was called after 15 minutes, hear of it; who waits for red never does."""
    desk.add("shift")
    desk.add("manager", after_min=15)
    desk.add("authority", from_level=3)
    desk.raise_pond(1)
    desk.run_until(minute(20), timedelta(minutes=5))
    desk.dam.put([(21, 337.0)])
    desk.dam.judge([(1, 338.5)])
    desk.dam.follow(21)
    desk.run_until(minute(23))

    told = desk.dam.rows(
        "SELECT r.name, n.kind FROM notification n JOIN recipient r ON r.id = n.recipient_id ORDER BY n.id"
    )
    assert told == [("shift", "raised"), ("manager", "unacknowledged"), ("shift", "returned"), ("manager", "returned")]
    assert "reading later flagged failed, vale:n01:pond.level 338.5 m (spike)." in desk.sink.mails[-1][1]
    assert "Not acknowledged yet." in desk.sink.mails[-1][1]


def test_who_was_told_hears_that_it_is_back_after_an_acknowledgement_too(desk: Desk) -> None:
    """Acknowledged in time, so the manager is never told; when the pond falls, the shift hears of it, once."""
    desk.add("shift")
    desk.add("manager", after_min=15)
    desk.raise_pond(1)
    desk.run_until(minute(3))
    (alarm,) = desk.dam.event("id")
    operator_actions.acknowledge(desk.dam.connection, "vale", alarm, "user:3", "", now=desk.dam.now)
    desk.dam.put([(at, 337.0) for at in range(4, 30)])
    desk.dam.follow(29)
    desk.run_until(minute(31), timedelta(minutes=5))

    told = desk.dam.rows("SELECT r.name, n.kind FROM notification n JOIN recipient r ON r.id = n.recipient_id")
    assert sorted(told) == [("shift", "raised"), ("shift", "returned")]
    assert desk.subjects()[-1] == "Cleared, Vale do Sino: overtopping"
    assert "not acknowledged" not in desk.sink.mails[-1][1].lower()


def test_the_address_leaves_the_request_and_the_api_cannot_read_it(desk: Desk, vale: TestDatabase) -> None:
    """What may hold a password stands in one column that no other role reads."""
    import psycopg

    desk.add("shift")
    with psycopg.connect(vale.conninfo("tailwatch_api")) as api:
        assert api.execute("SELECT name FROM recipient").fetchall() == [("shift",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            api.execute("SELECT address FROM recipient")


def test_each_recipient_is_told_in_its_own_language(connection: Connection, store: Store, vale: TestDatabase) -> None:
    """One alarm in each, numbers and delay too; who has none is told in that of the settings."""
    with opened(connection, store, vale, language="es") as desk:
        desk.add("shift", language="en")
        desk.add("turno", language="es")
        desk.add("piquete", language="pt")
        desk.add("guardia")
        desk.sink.stop()
        desk.raise_pond(2)
        desk.run_until(minute(10), timedelta(minutes=4))
        desk.sink.start()
        desk.run_until(minute(30), timedelta(minutes=4))
        (english, body), *others = desk.sink.mails
        (portuguese,) = [one for one in others if one[0].startswith("AMARELO")]
        spanish = [one for one in others if one != portuguese]

    assert english == "YELLOW, Vale do Sino: overtopping, pond level 338.50 m"
    assert "late: the channel was down" in body
    assert len(spanish) == 2 and spanish[0] == spanish[1]
    assert spanish[0][0] == "AMARILLO, Vale do Sino: overtopping, nivel de la balsa 338,50 m"
    assert "tarde: la vía de aviso estaba caída" in spanish[0][1] and "Do first" not in spanish[0][1]
    assert portuguese[0] == "AMARELO, Vale do Sino: overtopping, nível da albufeira 338,50 m"
    assert "mais tarde: a via de aviso esteve em baixo" in portuguese[1] and "Do first" not in portuguese[1]


def test_a_language_that_is_not_spoken_is_refused(desk: Desk) -> None:
    """Those that are stand in the answer."""
    with pytest.raises(CommandRefused, match=r"language: en, es, pt are spoken here\."):
        desk.add("schicht", language="de")
