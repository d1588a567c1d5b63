"""Tests of the line to the database, against a real server that cuts it."""

import re
import threading
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from ingest.database import DatabaseLink, Stopped
from ingest.values import Connection
from tests.servers import TestDatabase

ROOT = Path(__file__).parents[2]
INGEST = "tailwatch_ingest"


def line_to(vale: TestDatabase, greeted: list[Connection]) -> DatabaseLink:
    """A line that notes each new connection."""
    return DatabaseLink(vale.conninfo(INGEST), threading.Event(), greeted.append)


def cut(vale: TestDatabase, pid: int) -> None:
    """Let the server end a connection."""
    with psycopg.connect(vale.conninfo("postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def test_one_connection_serves_many_transactions(vale: TestDatabase) -> None:
    """The connection is made once and greeted once."""
    greeted: list[Connection] = []
    line = line_to(vale, greeted)
    for _ in range(3):
        line.transact(lambda connection: connection.execute("SELECT 1"))

    assert len(greeted) == 1
    line.close()


def test_a_cut_line_is_made_again_and_the_work_repeated(vale: TestDatabase) -> None:
    """A connection that the server ends in the middle of a transaction costs a repetition and nothing else."""
    greeted: list[Connection] = []
    line = line_to(vale, greeted)
    tries = []

    def work(connection: Connection) -> int:
        tries.append(connection.info.backend_pid)
        connection.execute("INSERT INTO commit_log (facility_ids, datastream_ids, rows) VALUES ('{}', '{}', 1)")
        if len(tries) == 1:
            cut(vale, tries[0])
        return len(connection.execute("SELECT id FROM commit_log").fetchall())

    assert line.transact(work) == 1
    assert (len(tries), len(greeted)) == (2, 2)
    line.close()


def test_a_deadlock_is_tried_again_on_the_same_connection(vale: TestDatabase) -> None:
    """Two transactions that lock each other out both end."""
    lines = [line_to(vale, []), line_to(vale, [])]
    both_hold = threading.Barrier(2)
    tries: list[int] = []

    def work(first: int, connection: Connection) -> None:
        tries.append(first)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (first,))
        if len(tries) <= 2:
            both_hold.wait(60)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (3 - first,))

    threads = [
        threading.Thread(target=line.transact, args=(lambda one, first=first: work(first, one),))
        for first, line in enumerate(lines, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not any(thread.is_alive() for thread in threads)
    assert len(tries) == 3
    for line in lines:
        line.close()


def test_an_error_that_repetition_cannot_cure_passes(vale: TestDatabase) -> None:
    """A statement that is wrong is not tried again."""
    line = line_to(vale, [])
    with pytest.raises(errors.UndefinedTable):
        line.transact(lambda connection: connection.execute("SELECT * FROM nothing"))
    line.close()


def test_waiting_ends_when_the_program_does() -> None:
    """A server that is not there is asked until the program is told to stop."""
    stop = threading.Event()
    line = DatabaseLink("host=127.0.0.1 port=1 user=nobody dbname=none", stop, lambda _: None)
    threading.Timer(0.1, stop.set).start()

    with pytest.raises(Stopped):
        line.transact(lambda connection: connection.execute("SELECT 1"))


def test_each_lock_of_the_database_has_a_number_of_its_own() -> None:
    """Two rooms that take one number wait for each other's work."""
    number = re.compile(r"^LOCK(?:_CLASS)?: Final = ([0-9_]+)$", re.MULTILINE)
    found = [one for file in (ROOT / "ingest").rglob("*.py") for one in number.findall(file.read_text())]

    assert len(found) >= 9
    assert len(set(found)) == len(found)
