"""Tests of the commit log."""

import threading

import psycopg
import pytest
from psycopg import errors

from ingest.store import commit
from ingest.store.observations import Tally
from ingest.values import Connection
from tests.ingest.waiting import until_one_waits
from tests.servers import TestDatabase


def test_ids_are_in_the_order_of_the_commits(connection: Connection, vale: TestDatabase) -> None:
    """A transaction that logs while another one is between log and commit waits, so no id appears out of order."""
    ids: list[int] = []

    def second() -> None:
        with psycopg.connect(vale.conninfo("tailwatch_ingest")) as other:
            ids.append(commit.write(other, {"vale"}, []))

    with connection.transaction():
        first = commit.write(connection, {"vale"}, [])
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.1)
        assert ids == []
    waiting.join(60)

    assert ids[0] > first


def test_who_waits_for_another_commit_has_no_id_yet(connection: Connection, vale: TestDatabase) -> None:
    """An id that is taken before the lock would be committed behind a higher one, and a follower would pass over it."""
    taken = "SELECT last_value, is_called FROM commit_log_id_seq"
    ids: list[int] = []

    def second() -> None:
        with psycopg.connect(vale.conninfo("tailwatch_ingest")) as other:
            ids.append(commit.write(other, {"vale"}, []))

    with psycopg.connect(vale.conninfo("tailwatch_owner"), autocommit=True) as owner:
        before = owner.execute(taken).fetchone()
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (commit.LOCK,))
            waiting = threading.Thread(target=second)
            waiting.start()
            until_one_waits(vale.conninfo("tailwatch_ingest"))
            while_waiting = owner.execute(taken).fetchone()
        waiting.join(60)

    assert while_waiting == before
    assert len(ids) == 1


def test_what_a_commit_touched_is_counted_anew(connection: Connection) -> None:
    """One row with the spans of all its datastreams; a commit that touched nothing leaves none."""
    commit.write(connection, {"vale"}, [])
    commit.write(
        connection,
        {"vale"},
        [Tally(7, 9000, 1.0, 1, None, count=1, first_ms=9000), Tally(4, 2000, 1.0, 1, None, count=3, first_ms=1000)],
    )

    assert connection.execute("SELECT * FROM dirty_span").fetchall() == [([4, 7], [1000, 9000], [2000, 9000])]


def test_the_call_carries_the_id(connection: Connection, vale: TestDatabase) -> None:
    """Who listens hears the id after the commit, and the row says what changed."""
    with psycopg.connect(vale.conninfo("tailwatch_api"), autocommit=True) as listener:
        listener.execute("LISTEN tailwatch_commit")
        with connection.transaction():
            number = commit.write(connection, {"vale"}, [Tally(4, 2000, 1.0, 1, None, count=3, first_ms=1000)])
        heard = next(listener.notifies(timeout=60))

    assert heard.payload == str(number)
    row = "SELECT facility_ids, datastream_ids, rows, extract(epoch FROM last_time - first_time)::int FROM commit_log"
    assert connection.execute(row).fetchall() == [(["vale"], [4], 3, 1)]


def test_the_newest_million_stay(connection: Connection, vale: TestDatabase) -> None:
    """Older commits go in small steps until none is left to go; no program may choose which."""
    for _ in range(5):
        commit.write(connection, {"vale"}, [])
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute("ALTER TABLE commit_log ALTER id RESTART WITH 1000002")
    for _ in range(2):
        commit.write(connection, {"vale"}, [])

    assert [commit.forget(connection) for _ in range(2)] == [3, 0]
    assert connection.execute("SELECT array_agg(id ORDER BY id) FROM commit_log").fetchone() == (
        [4, 5, 1_000_002, 1_000_003],
    )
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute("DELETE FROM commit_log")


def test_a_step_is_small(connection: Connection, vale: TestDatabase) -> None:
    """A log that has grown for years is forgotten ten thousand commits at a time."""
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute(
            "INSERT INTO commit_log (facility_ids, datastream_ids, rows)"
            " SELECT '{vale}', '{1,2,3}', 3 FROM generate_series(1, 25000)"
        )
        owner.execute("ALTER TABLE commit_log ALTER id RESTART WITH 2000000")
    commit.write(connection, {"vale"}, [])

    assert [commit.forget(connection) for _ in range(4)] == [10_000, 10_000, 5_000, 0]
