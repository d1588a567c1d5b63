"""Tests of the store's door: one group, one transaction, against a real database."""

import random
from datetime import UTC, datetime
from itertools import cycle, permutations, takewhile

import psycopg
import pytest

from codec import batch
from codec.batch import QUARANTINED, VOID, QuarantineRecord
from ingest import revisions
from ingest.store import Store, StoredGroup, newest_acks
from ingest.values import Ack, Connection
from tests.ingest.batches import AGENT, DERIVED, EPOCH, FACILITY, RAW, START_S, arrival, message, pack, reading
from tests.servers import TestDatabase


def write(store: Store, connection: Connection, *payloads: bytes) -> StoredGroup:
    """Store messages as one group."""
    with connection.transaction():
        stored = store.write(connection, [arrival(payload) for payload in payloads])
    store.committed(stored)
    return stored


def observations(connection: Connection) -> list[tuple[object, ...]]:
    """All observations without their ids."""
    return connection.execute(
        "SELECT name, extract(epoch FROM phenomenon_time)::float8, result, quality, tests, cfg"
        " FROM observation JOIN datastream ON id = datastream_id ORDER BY 1, 2"
    ).fetchall()


@pytest.mark.parametrize("is_cbor", [False, True])
def test_every_field_of_an_observation_arrives(store: Store, connection: Connection, is_cbor: bool) -> None:
    """Value, quality, tests, configuration and missing values are stored as sent to the millisecond, by either form."""
    write(
        store,
        connection,
        message(
            0,
            [
                reading(START_S + 0.125, 2831.4),
                reading(START_S + 1, None),
                reading(START_S, 17.25, DERIVED, "gross_range,spike", 3),
            ],
            is_cbor=is_cbor,
        ),
    )

    assert observations(connection) == [
        (f"vale:{RAW}", START_S + 0.125, 2831.4, 2, None, None),
        (f"vale:{RAW}", START_S + 1, None, 9, None, None),
        (f"vale:{DERIVED}", START_S, 17.25, 3, "gross_range,spike", 3),
    ]


def test_acks_are_contiguous_and_repeated(store: Store, connection: Connection) -> None:
    """A gap holds the ack; what fills it moves the ack; a repeat gets the same ack again."""
    assert write(store, connection, message(0), message(2)).acks == [Ack(FACILITY, AGENT, EPOCH, 0)]
    assert write(store, connection, message(1)).acks == [Ack(FACILITY, AGENT, EPOCH, 2)]
    assert write(store, connection, message(1)).acks == [Ack(FACILITY, AGENT, EPOCH, 2)]
    assert newest_acks(connection) == [Ack(FACILITY, AGENT, EPOCH, 2)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_first_batches_of_an_epoch_may_overtake_each_other(
    store: Store, connection: Connection, order: tuple[int, int, int]
) -> None:
    """Two ingests race for three batches whose packs' kept rises: whoever is first, ten packs are sent and stored."""
    seqs = [range(3), range(3, 6), range(6, 10)]
    batches = [message(at, packs=[pack(seq, oldest_unacked=seqs[at][0]) for seq in seqs[at]]) for at in range(3)]
    second = Store(3600, revisions.take_verdicts)
    second.greet(connection)
    both = cycle([store, second])
    for at in order:
        write(next(both), connection, batches[at])

    words = "SELECT sent, stored, dropped + unreadable + lost, before_ledger FROM ledger_epoch WHERE sender = 'n07'"
    assert connection.execute(words).fetchone() == (10, 10, 0, 0)


def test_rows_in_any_order_end_up_once(store: Store, connection: Connection) -> None:
    """1,000 readings in shuffled batches, each twice under new numbers, are 1,000 rows and no conflict."""
    times = [START_S + second for second in range(1000)] * 2
    random.Random(7).shuffle(times)
    payloads = [
        message(seq, [reading(time_s, float(time_s % 97)) for time_s in times[100 * seq : 100 * seq + 100]])
        for seq in range(20)
    ]
    stored = [write(store, connection, *payloads[first : first + 5]) for first in range(0, 20, 5)]

    assert sum(one.new_rows for one in stored) == 1000
    assert [row[1:3] for row in observations(connection)] == [(START_S + s, (START_S + s) % 97) for s in range(1000)]
    assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)


def test_the_first_value_stays_and_the_second_is_kept_as_conflict(store: Store, connection: Connection) -> None:
    """Another value at a taken time goes to quarantine, whether it comes in the same group or later."""
    write(store, connection, message(0, [reading(START_S, 1.0)]), message(1, [reading(START_S, 2.0)]))
    write(store, connection, message(2, [reading(START_S, 3.0), reading(START_S + 1, 1.5)]))

    kept = connection.execute("SELECT sender, reason, field, raw FROM quarantine ORDER BY id").fetchall()
    assert [row[:3] for row in kept] == [("n07", "conflict", f"vale:{RAW}")] * 2
    assert [batch.decode(row[3]).observations for row in kept] == [[reading(START_S, value)] for value in (2.0, 3.0)]
    assert [row[2] for row in observations(connection)] == [1.0, 1.5]


def test_another_process_may_have_stored_the_rows(store: Store, connection: Connection, vale: TestDatabase) -> None:
    """A store whose high-water marks are behind falls back to staging and stores the rest."""
    write(store, connection, message(0, [reading(START_S)]))
    other = Store(3600, revisions.take_verdicts)
    with psycopg.connect(vale.conninfo("tailwatch_ingest"), autocommit=True) as second:
        other.greet(second)
        write(other, second, message(1, [reading(START_S + 1)]))
    stored = write(store, connection, message(2, [reading(START_S + second) for second in range(3)]))

    assert stored.new_rows == 1
    assert len(observations(connection)) == 3


def test_latest_follows_the_newest_row(store: Store, connection: Connection) -> None:
    """latest holds the newest row by its own time, and counts every row once."""
    write(store, connection, message(0, [reading(START_S + 60, 5.0), reading(START_S + 30, 4.0)]))
    write(store, connection, message(1, [reading(START_S, 3.0), reading(START_S + 60, 5.0)]))

    rows = connection.execute("SELECT phenomenon_time, result, observation_count, first_time FROM latest").fetchall()
    start = datetime.fromtimestamp(START_S, UTC)
    assert rows == [(datetime.fromtimestamp(START_S + 60, UTC), 5.0, 3, start)]


def test_unknown_datastreams_are_kept_and_stop_nothing(store: Store, connection: Connection) -> None:
    """A reading of an unknown datastream goes to quarantine as it came; its neighbours are stored."""
    stored = write(store, connection, message(0, [reading(START_S, 1.0, "n99:vw9.frequency"), reading(START_S)]))

    assert (stored.new_rows, stored.refused, stored.acks[0].through) == (1, 1, 0)
    rows = connection.execute("SELECT sender, reason, field, stage FROM quarantine").fetchall()
    assert rows == [("n99", "unknown-datastream", "vale:n99:vw9.frequency", "ingest")]


def test_a_time_far_ahead_is_kept_apart(store: Store, connection: Connection) -> None:
    """A reading dated years from now never becomes the latest one."""
    write(store, connection, message(0, [reading(4_000_000_000), reading(START_S)]))

    assert connection.execute("SELECT reason FROM quarantine").fetchall() == [("clock-ahead",)]
    assert len(observations(connection)) == 1


def test_what_the_agent_refused_is_kept(store: Store, connection: Connection) -> None:
    """The agent's quarantine arrives with bytes and reason, and counts as quarantined in the node's sequence state."""
    raw = b"\x00\xffnot json"
    record = QuarantineRecord(
        "n07", START_S * 1000, raw, "not-json", "payload", fix="fix", bytes=9000, epoch="0badcafe", seq=1
    )
    packs = [pack(0), pack(1, status=QUARANTINED), pack(2, status=VOID)]
    write(store, connection, message(0, packs=packs, quarantine=[record]))

    kept = connection.execute("SELECT sender, epoch, seq, raw, bytes, stage, state FROM quarantine").fetchall()
    assert kept == [("n07", "0badcafe", 1, raw, 9000, "edge", "open")]
    words = "SELECT sent, stored, quarantined, unreadable, late FROM ledger_epoch WHERE sender = 'n07'"
    assert connection.execute(words).fetchall() == [(3, 1, 1, 1, 1)]


def test_repeats_at_the_agent_are_counted_once(store: Store, connection: Connection) -> None:
    """The agent's running total of repeated packs grows the node's count by its difference only."""
    write(store, connection, message(0, packs=[pack(0)], repeats=[("n07", 4)]))
    write(store, connection, message(1, repeats=[("n07", 6)]))
    write(store, connection, message(2, repeats=[("n07", 5)]))

    assert connection.execute("SELECT duplicate FROM ledger_epoch WHERE sender = 'n07'").fetchall() == [(6,)]
    assert connection.execute("SELECT sum(duplicate) FROM ledger_day WHERE sender = 'n07'").fetchall() == [(6,)]


def test_the_commit_log_says_what_changed(store: Store, connection: Connection, vale: TestDatabase) -> None:
    """Each transaction with something new is logged and called out by its id; a repeat is not."""
    with psycopg.connect(vale.conninfo("tailwatch_api"), autocommit=True) as listener:
        listener.execute("LISTEN tailwatch_commit")
        write(store, connection, message(0, [reading(START_S), reading(START_S + 1)]))
        write(store, connection, message(0, [reading(START_S), reading(START_S + 1)]))
        connection.execute("NOTIFY tailwatch_commit, 'all'")
        calls = [*takewhile(lambda one: one != "all", (call.payload for call in listener.notifies(timeout=60)))]

    log = connection.execute("SELECT id, facility_ids, rows, first_time, last_time FROM commit_log").fetchall()
    times = [datetime.fromtimestamp(START_S + second, UTC) for second in range(2)]
    assert [(str(row[0]), *row[1:]) for row in log] == [(calls[0], ["vale"], 2, *times)]
    assert len(calls) == 1


def test_an_unknown_facility_stops_nothing(store: Store, connection: Connection) -> None:
    """The ledger and the quarantine take what names a facility that nobody registered."""
    payload = message(0, [reading(START_S)]).replace(b'"vale:"', b'"gone:"')
    foreign = arrival(payload)

    with connection.transaction():
        stored = store.write(connection, [foreign])
    assert stored.acks == [Ack("vale", AGENT, EPOCH, 0)]
    assert connection.execute("SELECT sender, reason FROM quarantine").fetchall() == [("_edge/gw1", "wrong-topic")]


def test_a_group_of_known_rows_writes_no_row(store: Store, connection: Connection) -> None:
    """Rows that are all there already, sent under new numbers, move the ack and nothing else."""
    write(store, connection, message(0, [reading(START_S)]))
    stored = write(store, connection, message(1, [reading(START_S)]))

    assert (stored.new_rows, stored.refused, stored.acks[0].through) == (0, 0, 1)
    assert connection.execute("SELECT observation_count FROM latest").fetchall() == [(1,)]
