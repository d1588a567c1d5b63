"""Tests of the faults that nodes tell of their instruments."""

import time
from datetime import UTC, datetime

from codec import batch
from codec.batch import Batch, FaultRecord
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import AGENT, EPOCH, FACILITY, START_S, arrival


def put(store: Store, connection: Connection, seq: int, *faults: tuple[int, str]) -> None:
    """Store a batch in which n07 says so of its sonde, each at a second after the start."""
    records = [FaultRecord("n07:fault.sonde1", (START_S + second) * 1000, text) for second, text in faults]
    whole = Batch(FACILITY, AGENT, EPOCH, seq, 0, faults=records)
    payload = batch.put_head(batch.encode(whole), FACILITY, AGENT, EPOCH, seq, oldest_unacked=0)
    with connection.transaction():
        written = store.write(connection, [arrival(payload)])
    store.committed(written)


def told(connection: Connection) -> list[tuple[object, ...]]:
    """What is kept: seconds from the start of `since` and `at`."""
    rows = connection.execute("SELECT node_id, instrument_id, text, since, at, times FROM instrument_fault").fetchall()
    start = datetime.fromtimestamp(START_S, UTC)
    return [(*row[:3], *((time - start).total_seconds() for time in row[3:5]), row[5]) for row in rows]


def test_the_newest_word_stands_since_it_was_first_said(store: Store, connection: Connection) -> None:
    """The same word again keeps its beginning; another one begins anew; all are counted."""
    put(store, connection, 0, (0, "no answer"), (60, "no answer"))
    put(store, connection, 1, (120, "no answer"))
    assert told(connection) == [("n07", "sonde1", "no answer", 0, 120, 3)]

    put(store, connection, 2, (180, "wrong CRC"))
    assert told(connection) == [("n07", "sonde1", "wrong CRC", 180, 180, 4)]


def test_what_comes_late_or_again_changes_no_newer_word(store: Store, connection: Connection) -> None:
    """An older word is only counted, and a batch that comes again is not even that."""
    put(store, connection, 0, (180, "wrong CRC"))
    put(store, connection, 1, (0, "no answer"))
    put(store, connection, 1, (0, "no answer"))

    assert told(connection) == [("n07", "sonde1", "wrong CRC", 180, 180, 2)]


def test_a_word_of_tomorrow_outlives_no_later_one(store: Store, connection: Connection) -> None:
    """Said by a clock that is ahead it counts as said when it came, so the next one by a right clock stands."""
    tomorrow_s = round(time.time()) + 86_400 - START_S
    put(store, connection, 0, (tomorrow_s, "no answer"))
    put(store, connection, 1, (round(time.time()) + 1 - START_S, "wrong CRC"))

    ((*_, text, _, at_s, _),) = told(connection)
    assert text == "wrong CRC" and float(str(at_s)) < tomorrow_s - 80_000
