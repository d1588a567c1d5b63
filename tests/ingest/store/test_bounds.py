"""Tests of what a single sender can make grow: rows are folded beyond a limit, and no sum changes by that."""

import psycopg
import pytest

from codec import batch
from codec.batch import Batch, FaultRecord, PackRecord
from ingest.store import Store, bounds
from ingest.values import Connection
from tests.ingest.batches import AGENT, EPOCH, FACILITY, START_S, arrival, message, pack
from tests.servers import TestDatabase
from wire import limits
from wire.sequence import FOLDED_EPOCH

WORDS = "sum(sent), sum(stored), sum(quarantined), sum(dropped), sum(unreadable), sum(lost + pending), sum(duplicate)"
DAY_WORDS = "sum(stored), sum(quarantined), sum(dropped), sum(unreadable), sum(lost), sum(duplicate)"


def put(store: Store, connection: Connection, payload: bytes) -> None:
    """Store one batch as ingest does."""
    with connection.transaction():
        stored = store.write(connection, [arrival(payload)])
    store.committed(stored)


def fold(connection: Connection) -> int:
    """Fold until nothing is left to do; return the rows."""
    work, rows = bounds.Folding(), 0
    while True:
        with connection.transaction():
            folded = work.fold(connection)
        if not folded:
            return rows
        rows += folded


def told_faults(seq: int, *names: str) -> bytes:
    """A batch in which nodes say so of instruments, a second apart."""
    records = [FaultRecord(name, (START_S + at) * 1000, "no answer") for at, name in enumerate(names)]
    whole = Batch(FACILITY, AGENT, EPOCH, seq, 0, faults=records)
    return batch.put_head(batch.encode(whole), FACILITY, AGENT, EPOCH, seq, oldest_unacked=0)


def epochs_of(node: str, count: int) -> list[PackRecord]:
    """A pack in each of so many epochs, each with one before it that never came."""
    return [pack(1, 0, node=node)._replace(epoch=f"{number:08x}") for number in range(count)]


def one(connection: Connection, question: str) -> tuple[object, ...]:
    """The only row."""
    (row,) = connection.execute(question.encode()).fetchall()
    return row


def test_a_node_that_begins_an_epoch_with_each_pack_is_bounded_and_the_sums_stay(
    store: Store, connection: Connection, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of 1,000 epochs the newest stay, and one row has the sum of the others; the days add up, and it is told once."""
    for seq, at in enumerate(range(0, 1000, 250)):
        put(store, connection, message(seq, packs=epochs_of("n07", 1000)[at : at + 250]))
    put(store, connection, message(4, packs=epochs_of("n07", 1000)[-5:], repeats=[("n07", 3)]))
    before = one(connection, f"SELECT {WORDS} FROM ledger_epoch WHERE sender = 'n07'")
    rows = fold(connection)

    assert rows == 1000 - bounds.MAX_EPOCHS
    assert one(connection, f"SELECT {WORDS} FROM ledger_epoch WHERE sender = 'n07'") == before
    words = "SELECT count(*), sum(epochs), sum(lost), sum(pending) FROM sequence_state WHERE sender = 'n07'"
    assert one(connection, words) == (bounds.MAX_EPOCHS + 1, 1000, rows, bounds.MAX_EPOCHS)
    days = one(connection, f"SELECT {DAY_WORDS} FROM ledger_day WHERE sender = 'n07'")
    assert days == one(connection, f"SELECT {DAY_WORDS} FROM ledger_epoch WHERE sender = 'n07'")
    assert fold(connection) == 0
    assert "".join(capfd.readouterr()).count("epochs-folded") == 1


def test_the_epochs_that_stay_are_those_heard_last(store: Store, connection: Connection) -> None:
    """An old epoch that speaks is not folded, and goes on where it was."""
    old = pack(0)
    put(store, connection, message(0, packs=[old]))
    put(store, connection, message(1, packs=epochs_of("n07", bounds.MAX_EPOCHS + 10)))
    put(store, connection, message(2, packs=[pack(1)]))
    fold(connection)

    stays = "SELECT sent, stored, through FROM sequence_state WHERE sender = 'n07' AND epoch = '0badcafe'"
    assert one(connection, stays) == (2, 2, 1)


def test_an_agent_that_begins_an_epoch_with_each_batch_is_bounded(store: Store, connection: Connection) -> None:
    """Its chains and what it told of repeats go with its epochs."""
    for number in range(bounds.MAX_EPOCHS + 20):
        whole = message(0, packs=[pack(number)], repeats=[("n07", 1)], epoch=f"{number:08x}")
        put(store, connection, whole)
    fold(connection)

    agent = f"SELECT count(*), sum(epochs) FROM sequence_state WHERE sender = '_edge/{AGENT}'"
    assert one(connection, agent) == (bounds.MAX_EPOCHS + 1, bounds.MAX_EPOCHS + 20)
    assert one(connection, "SELECT count(*) FROM batch_chain") == (bounds.MAX_EPOCHS,)
    assert one(connection, "SELECT count(*), sum(total) FROM node_duplicates") == (
        bounds.MAX_EPOCHS,
        bounds.MAX_EPOCHS,
    )


def test_nodes_that_no_facility_file_has_are_bounded_together(store: Store, connection: Connection) -> None:
    """A gateway that makes nodes up: the newest stay, the others are one sender; those of the file are untouched."""
    names = [f"x{number}" for number in range(bounds.MAX_UNKNOWN + 100)]
    put(store, connection, message(0, packs=[pack(0)], repeats=[(name, 2) for name in names]))
    for seq, at in enumerate(range(0, len(names), 300), 1):
        put(store, connection, message(seq, packs=[pack(1, 0, node=name) for name in names[at : at + 300]]))
    fold(connection)

    total = "SELECT count(*), sum(sent) FROM ledger_epoch WHERE sender LIKE 'x%' OR sender = '?'"
    assert one(connection, total) == (bounds.MAX_UNKNOWN + 1, 2 * len(names))
    assert one(connection, "SELECT epochs FROM sequence_state WHERE sender = '?'") == (100,)
    assert one(connection, "SELECT sent FROM sequence_state WHERE sender = 'n07'") == (1,)
    assert one(connection, "SELECT count(*) FROM node_duplicates") == (0,)


def test_faults_of_unknown_instruments_are_bounded_and_counted(store: Store, connection: Connection) -> None:
    """A node that tells of a new instrument each time: the newest names stay; one of the file is never folded."""
    put(store, connection, told_faults(0, "n07:fault.vw1", *(f"n07:fault.i{number}" for number in range(500))))
    rows = fold(connection)

    kept = bounds.MAX_UNKNOWN_FAULTS
    assert rows == 500 - kept
    assert one(connection, "SELECT count(*), sum(times) FROM instrument_fault") == (kept + 2, 501)
    folded = one(connection, "SELECT times, text FROM instrument_fault WHERE instrument_id = ''")
    assert folded == (500 - kept, "no answer")
    assert connection.execute("SELECT FROM instrument_fault WHERE instrument_id IN ('vw1', 'i499')").rowcount == 2


def test_faults_of_nodes_that_no_facility_file_has_are_bounded_together(store: Store, connection: Connection) -> None:
    """Whatever names a gateway makes up, their rows stay within one limit of the facility."""
    many = [f"x{number}:fault.vw1" for number in range(bounds.MAX_UNKNOWN + 50)]
    put(store, connection, told_faults(0, *many))
    fold(connection)

    assert one(connection, "SELECT count(*), sum(times) FROM instrument_fault") == (bounds.MAX_UNKNOWN + 1, len(many))
    assert one(connection, "SELECT node_id FROM instrument_fault WHERE instrument_id = ''") == ("?",)


def test_a_jump_of_the_numbering_is_counted_and_pends_nothing(store: Store, connection: Connection) -> None:
    """One pack with the highest seq there is: two sent, two stored, one jump; and after a fold nothing is before it."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(1, packs=[pack(limits.MAX_SEQ)]))

    counts = "SELECT sent, stored, pending, lost, jumps, before_ledger FROM ledger_epoch WHERE sender = 'n07'"
    assert one(connection, counts) == (2, 2, 0, 0, 1, 0)
    put(store, connection, message(2, packs=epochs_of("n07", bounds.MAX_EPOCHS)))
    fold(connection)
    assert one(connection, "SELECT sum(jumps), sum(before_ledger) FROM ledger_epoch WHERE sender = 'n07'") == (1, 0)


def test_what_is_before_the_ledger_is_folded_too(store: Store, connection: Connection) -> None:
    """An epoch first heard of at 7 has 7 before this ledger, folded or not."""
    put(store, connection, message(0, packs=[pack(9, 7)]))
    put(store, connection, message(1, packs=epochs_of("n07", bounds.MAX_EPOCHS)))
    fold(connection)

    folded = (
        "SELECT epoch, epochs, before_ledger, sent FROM ledger_epoch WHERE sender = 'n07' ORDER BY started_at LIMIT 1"
    )
    assert one(connection, folded) == (FOLDED_EPOCH, 1, 7, 3)


def test_an_epoch_that_is_open_elsewhere_is_left_for_the_next_time(
    store: Store, connection: Connection, vale: TestDatabase
) -> None:
    """Another process has it under its lock: nobody waits, and nothing of it is folded."""
    put(store, connection, message(0, packs=epochs_of("n07", bounds.MAX_EPOCHS + 1)))
    oldest = "SELECT epoch FROM sequence_state WHERE sender = 'n07' ORDER BY updated_at, epoch DESC LIMIT 1 FOR UPDATE"
    with psycopg.connect(vale.conninfo("tailwatch_ingest")) as other:
        other.execute(oldest.encode())
        held = fold(connection)

    assert (held, fold(connection)) == (0, 1)


def test_a_pack_of_a_clock_that_is_decades_behind_counts_on_the_day_it_came(
    store: Store, connection: Connection
) -> None:
    """So the days of an epoch are no more than those of ten years; one of eight years ago keeps its day."""
    years = [pack(seq, 0, START_S - years * 31_557_600) for seq, years in enumerate((40, 30, 8))]
    put(store, connection, message(0, packs=years))

    days = connection.execute("SELECT extract(year FROM day)::int, stored FROM ledger_day WHERE sender = 'n07'")
    assert sorted(days.fetchall())[0] == (2017, 1)
    assert one(connection, "SELECT count(*) FROM ledger_day WHERE sender = 'n07'") == (2,)
