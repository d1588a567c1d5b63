"""Tests of decisions on quarantined messages: placed in time, settled."""

from datetime import UTC, datetime

import pytest

from codec.batch import QUARANTINED, QuarantineRecord
from ingest import quarantine, revisions
from ingest.revisions import RevisionRefused
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import DERIVED, NODE_EPOCH, RAW, START_S, arrival, message, pack, reading
from tests.ingest.rederive.dam import BAROMETER, THERMISTOR
from tests.ingest.revisions.asked import AUTHOR, at, is_audited, now, rows, rows_as_of

NO_TIME = (
    b'[{"bn":"vale:n07:","n":"epoch","vs":"0badcafe"},{"n":"seq","v":5},{"n":"kept","v":0},{"n":"boot","v":3},'
    b'{"n":"uptime","v":400},{"n":"vw1.frequency","u":"Hz","v":2831.5},{"n":"vw1.thermistor","u":"Ohm","v":4821},'
    b'{"n":"vw1.snr","vs":"missing:timeout"},{"n":"fault.vw1","vs":"slow"}]'
)
REASON = "the field book says so"


def put(store: Store, connection: Connection, payload: bytes) -> None:
    """Store one message."""
    with connection.transaction():
        written = store.write(connection, [arrival(payload)])
    store.committed(written)


def quarantined(store: Store, connection: Connection, raw: bytes, reason: str = "no-time", size: int = 0) -> int:
    """Put what an agent refused into quarantine; return its number."""
    record = QuarantineRecord(
        "n07", START_S * 1000, raw, reason, "bt", fix="fix", bytes=size or len(raw), epoch=NODE_EPOCH, seq=5
    )
    beside = [reading(START_S - 600, 963.0, BAROMETER), reading(START_S + 600, 963.0, BAROMETER)]
    put(store, connection, message(0, beside, packs=[pack(5, status=QUARANTINED)], quarantine=[record]))
    (number,) = connection.execute("SELECT max(id) FROM quarantine").fetchone() or (0,)
    return int(number)


def place(connection: Connection, number: int, seconds: float = 0) -> int:
    """Place a message."""
    with connection.transaction():
        return quarantine.place(connection, number, at(seconds), AUTHOR, REASON)


def test_a_pack_without_time_is_placed(store: Store, connection: Connection) -> None:
    """Its readings stand at the time that the person gave, derived values too; who and why is written down."""
    before = NO_TIME.replace(b'{"n":"vw1.snr","vs":"missing:timeout"},', b"")
    number, then = quarantined(store, connection, before), now(connection)
    revision = place(connection, number)

    assert rows(connection, RAW) == [(0, 2831.5, 1, None, None)]
    assert rows(connection, THERMISTOR)[0][1] == 4821
    ((time_s, pressure, *_),) = rows(connection, DERIVED)
    assert time_s == 0 and pressure is not None
    assert rows_as_of(connection, RAW, then) == []
    decided = connection.execute("SELECT state, author, reason, revision_id FROM quarantine_decision").fetchall()
    assert decided == [("placed", AUTHOR, REASON, revision)]
    kinds = connection.execute("SELECT kind FROM revision ORDER BY id").fetchall()
    assert kinds == [("place",), ("rederive",)]
    assert is_audited(connection)
    with pytest.raises(RevisionRefused, match="is placed already"):
        place(connection, number)


def test_a_placed_pack_can_be_taken_back(store: Store, connection: Connection) -> None:
    """Undoing deletes nothing: the raw readings stay, acknowledged as fail."""
    number = quarantined(store, connection, NO_TIME.replace(b'{"n":"vw1.snr","vs":"missing:timeout"},', b""))
    revision = place(connection, number)
    (last,) = connection.execute("SELECT max(id) FROM revision").fetchone() or (0,)
    with connection.transaction():
        for one in (last, revision):
            revisions.undo(connection, "vale", one, AUTHOR, "another pack")
    assert rows(connection, RAW) == [(0, 2831.5, 4, "undone", None)]
    assert rows(connection, DERIVED)[0][1:4] == (None, 9, "undone")


@pytest.mark.parametrize(
    ("raw", "size", "sentence"),
    [
        (NO_TIME, 9000, "only the first"),
        (b"not json", 0, "still cannot be read"),
        (NO_TIME.replace(b"n07", b"n06"), 0, "came from n07"),
        (NO_TIME.replace(b'"n":"epoch"', b'"bt":1764000000,"n":"epoch"'), 0, "has a time of its own"),
    ],
)
def test_what_cannot_be_placed_is_refused(
    store: Store, connection: Connection, raw: bytes, size: int, sentence: str
) -> None:
    """Cut, unreadable, another node's, or with a time of its own: one sentence, and nothing is stored."""
    number = quarantined(store, connection, raw, size=size)
    with pytest.raises(RevisionRefused, match=sentence):
        place(connection, number)
    with pytest.raises(RevisionRefused, match="no quarantined message 999"):
        place(connection, 999)
    with pytest.raises(RevisionRefused, match="lies ahead"):
        quarantine.place(connection, number, datetime(2100, 1, 1, tzinfo=UTC), AUTHOR, REASON)
    assert rows(connection, RAW) == []


def test_a_message_is_settled_and_stays(store: Store, connection: Connection) -> None:
    """It leaves the list, keeps its bytes, and the note stands with it."""
    number = quarantined(store, connection, b"garbage", "not-json")
    with connection.transaction():
        quarantine.settle(connection, number, AUTHOR, "a test of the radio")
    assert quarantine.listed(connection, "vale", 10, is_all=False) == []
    assert quarantine.find(connection, number).raw == b"garbage"
    assert connection.execute("SELECT reason FROM quarantine_decision").fetchall() == [("a test of the radio",)]


def test_a_pack_in_another_unit_is_not_placed(store: Store, connection: Connection) -> None:
    """21.5 Cel are no 21.5 Ohm: what a gateway and a retry refuse as unit-mismatch is not placed either."""
    raw = NO_TIME.replace(b'"u":"Ohm","v":4821', b'"u":"Cel","v":21.5')
    number = quarantined(store, connection, raw.replace(b'{"n":"vw1.snr","vs":"missing:timeout"},', b""))
    with pytest.raises(RevisionRefused, match="is in Cel there, and in Ohm"):
        place(connection, number)
    assert rows(connection, RAW) == []
