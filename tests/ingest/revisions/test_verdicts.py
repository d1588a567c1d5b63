"""Tests of verdicts: what an agent says of a row later is taken over once, as a revision, and hides nothing."""

import random
from datetime import timedelta
from itertools import permutations

import psycopg
import pytest

from ingest import revisions, rollups
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading, verdict
from tests.ingest.revisions.asked import at, draft, is_audited, now, number_of, rows, rows_as_of
from tests.servers import TestDatabase

SPIKE, PEAK_S = 2900.0, START_S + 60
BOOK = "SELECT kind, author, state, changed, from_time, to_time FROM revision ORDER BY id"


def write(store: Store, connection: Connection, *payloads: bytes) -> None:
    with connection.transaction():
        stored = store.write(connection, [arrival(payload) for payload in payloads])
    store.committed(stored)


def spike(seq: int, quality: int = 4) -> bytes:
    return message(seq, verdicts=[verdict(PEAK_S, SPIKE, quality)])


@pytest.fixture
def peak(store: Store, connection: Connection) -> Connection:
    """A database with three readings, the second of them high."""
    values = [2800.0, SPIKE, 2801.0]
    write(store, connection, message(0, [reading(START_S + 60 * at, value) for at, value in enumerate(values)]))
    return connection


def test_a_verdict_is_a_revision_by_the_agent(store: Store, peak: Connection) -> None:
    """Flag and test change, the value does not; what was told first is kept, and "as of" tells both."""
    then = now(peak)
    write(store, peak, spike(1))

    assert [row[1:4] for row in rows(peak, RAW)] == [(2800.0, 2, None), (SPIKE, 4, "spike"), (2801.0, 2, None)]
    assert [row[2] for row in rows_as_of(peak, RAW, then)] == [2, 2, 2]
    assert [row[2] for row in rows_as_of(peak, RAW, now(peak))] == [2, 4, 2]
    book = [("quality-update", "agent:gw1", "open", 1, at(60), at(60) + timedelta(milliseconds=1))]
    assert peak.execute(BOOK).fetchall() == book
    assert is_audited(peak)


def test_what_hangs_on_the_row_follows(store: Store, peak: Connection) -> None:
    """The newest value, the hourly sums and the commit log, which the live feed and the alarms read."""
    write(store, peak, message(1, verdicts=[verdict(START_S + 120, 2801.0, 3), verdict(PEAK_S, SPIKE)]))
    with peak.transaction():
        while rollups.rebuild(peak):
            pass

    assert peak.execute("SELECT quality, tests, observation_count FROM latest").fetchall() == [(3, "spike", 3)]
    assert peak.execute('SELECT "pass", not_evaluated, suspect, fail FROM rollup_hour').fetchall() == [(0, 1, 1, 1)]
    logged = "SELECT datastream_ids, rows, first_time, last_time FROM commit_log ORDER BY id DESC LIMIT 1"
    assert peak.execute(logged).fetchone() == ([number_of(peak, RAW)], 0, at(60), at(120))


def test_the_order_of_arrival_does_not_count(store: Store, connection: Connection) -> None:
    """First telling and two verdicts in all six orders, each sent twice: one row, the last word, nothing refused."""
    for number, order in enumerate(permutations(range(3))):
        start_s = START_S + 1000 * number
        told = [
            message(0, [reading(start_s, SPIKE)], epoch=f"{number:08x}"),
            message(1, verdicts=[verdict(start_s, SPIKE, 3)], epoch=f"{number:08x}"),
            message(2, verdicts=[verdict(start_s, SPIKE, 4)], epoch=f"{number:08x}"),
        ]
        for place in (*order, *order):
            write(store, connection, told[place])

    assert [row[1:4] for row in rows(connection, RAW)] == [(SPIKE, 4, "spike")] * 6
    assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
    assert connection.execute("SELECT observation_count FROM latest").fetchone() == (6,)
    ledger = "SELECT DISTINCT sent, stored, lost, pending, quarantined, duplicate FROM sequence_state"
    assert connection.execute(ledger).fetchall() == [(3, 3, 0, 0, 0, 3)]


def test_a_second_test_of_the_same_flag_is_added(store: Store, connection: Connection) -> None:
    """Suspect by one test, then by two, then by three: what names all that was named and more is taken over, whatever
    comes first; what leaves one out is not."""
    for number, order in enumerate(permutations(range(3))):
        start_s = START_S + 1000 * number
        first = verdict(start_s, SPIKE, 3)
        told = [
            message(0, [reading(start_s, SPIKE, tests="spike")], epoch=f"{number:08x}"),
            message(1, verdicts=[first._replace(tests="gap,spike")], epoch=f"{number:08x}"),
            message(2, verdicts=[first._replace(tests="gap,neighbour,spike"), first], epoch=f"{number:08x}"),
        ]
        for place in (*order, *order):
            write(store, connection, told[place])
    write(
        store,
        connection,
        message(9, verdicts=[verdict(START_S, SPIKE, 3)._replace(tests="gross_range,neighbour,spike")]),
    )

    assert [row[1:4] for row in rows(connection, RAW)] == [(SPIKE, 3, "gap,neighbour,spike")] * 6


def test_a_day_is_one_revision(store: Store, connection: Connection) -> None:
    """A hundred verdicts in ten groups stand in one line of the book; a second one on the same row begins another."""
    chance, times = random.Random(5), [START_S + 60 * minute for minute in range(100)]
    write(store, connection, message(0, [reading(time_s, 5.0) for time_s in times]))
    chance.shuffle(times)
    for seq in range(10):
        some = times[10 * seq : 10 * seq + 10]
        write(store, connection, message(1 + seq, verdicts=[verdict(time_s, 5.0, 3) for time_s in some]))
    write(store, connection, message(11, verdicts=[verdict(START_S, 5.0, 4)]))

    assert [row[2:4] for row in connection.execute(BOOK)] == [("closed", 100), ("open", 1)]
    assert connection.execute(BOOK).fetchone()[4:] == (at(0), at(99 * 60) + timedelta(milliseconds=1))  # type: ignore[index]


def test_nothing_is_made_better(store: Store, peak: Connection) -> None:
    """A verdict that is no worse than the flag before it changes nothing and opens no revision."""
    write(store, peak, message(1, [reading(START_S + 180, 7.0, tests="gap")]))
    write(store, peak, message(2, verdicts=[verdict(START_S + 180, 7.0, 1), verdict(START_S + 180, 7.0, 3)]))

    assert rows(peak, RAW)[-1][2:4] == (3, "gap")
    assert peak.execute(BOOK).fetchall() == []


def test_a_person_has_the_last_word(store: Store, peak: Connection) -> None:
    """What somebody has set by hand, or given back, an agent does not replace, also when its verdict comes later."""
    with peak.transaction():
        revisions.set_quality(peak, draft(first_s=60, last_s=120), f"vale:{RAW}", 1)
    write(store, peak, spike(1))

    assert rows(peak, RAW)[1][2:4] == (1, "manual")

    write(store, peak, message(2, verdicts=[verdict(START_S, 2800.0)]))
    (number,) = peak.execute("SELECT max(id) FROM revision").fetchone() or (0,)
    with peak.transaction():
        revisions.undo(peak, "vale", number, "user:1", "no spike")
    write(store, peak, message(3, verdicts=[verdict(START_S, 2800.0)]))

    assert rows(peak, RAW)[0][2:4] == (2, None)


def test_another_value_is_not_judged(store: Store, peak: Connection) -> None:
    """A verdict on a value that is not the stored one: a result that was derived anew keeps its flag."""
    write(store, peak, message(1, [reading(START_S, 17.0, DERIVED, None, 1)]))
    write(store, peak, message(2, verdicts=[verdict(START_S, 17.5, 4, DERIVED, 1)]))

    assert rows(peak, DERIVED) == [(0.0, 17.0, 2, None, 1)]
    assert peak.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)


def test_an_unknown_datastream_is_kept_apart(store: Store, peak: Connection) -> None:
    """Its verdict goes to quarantine as the observation that it is, and stops nothing."""
    odd = verdict(START_S, 1.0, 4, "n99:vw9.frequency")
    write(store, peak, message(1, verdicts=[odd, verdict(PEAK_S, SPIKE)]))

    assert rows(peak, RAW)[1][2] == 4
    assert peak.execute("SELECT sender, reason FROM quarantine").fetchall() == [("n99", "unknown-datastream")]


def test_what_is_broken_off_is_taken_over_once(store: Store, peak: Connection) -> None:
    """A transaction that does not commit leaves nothing; the same batch again is taken over, and then is a repeat."""
    with pytest.raises(psycopg.errors.DivisionByZero), peak.transaction():
        store.write(peak, [arrival(spike(1))])
        peak.execute("SELECT 1 / 0")
    assert [row[2] for row in rows(peak, RAW)] == [2, 2, 2]
    assert peak.execute(BOOK).fetchall() == []
    for _ in range(3):
        write(store, peak, spike(1))

    assert peak.execute("SELECT count(*) FROM superseded").fetchone() == (1,)


def test_a_day_that_is_over_is_closed(store: Store, peak: Connection, vale: TestDatabase) -> None:
    """The next day begins a revision of its own; a day that is closed can be taken back like any other."""
    write(store, peak, spike(1))
    with peak.transaction():
        revisions.close_verdicts(peak)
    assert [row[2] for row in peak.execute(BOOK)] == ["open"]
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute("UPDATE revision SET made_at = made_at - interval '1 day'")

    write(store, peak, message(2, verdicts=[verdict(START_S, 2800.0, 3)]))
    with peak.transaction():
        revisions.close_verdicts(peak)

    assert [row[2] for row in peak.execute(BOOK)] == ["closed", "open"]


def test_what_came_under_an_older_version_is_derived_anew(store: Store, peak: Connection) -> None:
    """A verdict that is stored as the observation it is counts as outdated like any other."""
    peak.execute("UPDATE facility SET version = 9")
    write(store, peak, message(1, verdicts=[verdict(START_S, 17.0, 4, DERIVED, 1)]))

    spans = peak.execute("SELECT first_ms, last_ms FROM outdated_span").fetchall()
    assert spans == [(START_S * 1000, START_S * 1000)]
