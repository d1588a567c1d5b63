"""Tests of the job scheduler: it does what a commit leaves to do, and ends when told."""

import threading

import psycopg

from ingest.jobs.scheduler import BUSY_ROWS_S, JobScheduler
from ingest.values import Connection
from tests.ingest.waiting import until
from tests.servers import TestDatabase


def test_it_works_until_nothing_is_left(database: TestDatabase) -> None:
    """Each work runs, a transaction a piece, until it says that nothing is left; a failure stops no other."""
    left = [3]
    done: list[str] = []

    def failing(connection: Connection) -> object:
        done.append("failing")
        raise psycopg.DataError("no")

    def counting(connection: Connection) -> object:
        left[0] -= 1
        return left[0]

    scheduler = JobScheduler(database.conninfo(), lambda connection: None, [counting, failing])
    scheduler.start()
    until(lambda: done == ["failing"] and left == [0])
    scheduler.close()

    assert (done, left) == (["failing"], [0])  # and nothing was done again while it ended


def test_a_work_learns_that_it_is_committed(database: TestDatabase) -> None:
    """What it returns is called when another connection sees what was written, and it is not begun again for that."""
    seen: list[int] = []
    with psycopg.connect(database.conninfo(), autocommit=True) as other:
        other.execute("CREATE TABLE word (number integer)")

        def look() -> None:
            seen.append(len(other.execute("SELECT 1 FROM word").fetchall()))

        def write(connection: Connection) -> object:
            connection.execute("INSERT INTO word VALUES (1)")
            return look

        scheduler = JobScheduler(database.conninfo(), lambda connection: None, [write])
        scheduler.start()
        until(lambda: bool(seen))
        scheduler.close()

    assert seen == [1]


def test_heavy_work_gives_way_and_prompt_work_does_not(database: TestDatabase) -> None:
    """While many rows a second are stored only what is prompt is done; the rest follows when that is over."""
    done: list[str] = []
    is_over = threading.Event()
    scheduler = JobScheduler(
        database.conninfo(),
        lambda connection: None,
        [lambda connection: done.append("heavy")],
        prompt=[lambda connection: done.append("prompt")],
    )

    def store() -> None:
        while not is_over.wait(0.01):
            scheduler.wake(BUSY_ROWS_S)

    live = threading.Thread(target=store)
    live.start()
    scheduler.start()
    until(lambda: "prompt" in done)
    first = list(done)
    is_over.set()
    live.join()
    until(lambda: "heavy" in done)
    scheduler.close()

    assert "heavy" not in first
    assert done[0] == "prompt"


def test_it_ends_without_having_begun(database: TestDatabase) -> None:
    """A program that fails early can close it."""
    before = threading.active_count()
    JobScheduler(database.conninfo(), lambda connection: None, []).close()

    assert threading.active_count() == before
