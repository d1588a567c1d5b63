"""A database that is silent: behind a middlebox that acknowledges every segment and forwards nothing, or frozen."""

import signal
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from ingest.database import SILENT_S, WhileWorkedOn, connect
from runtime.no_answer import NoAnswer
from tailwatch.secrets import write_private
from tests.bad_line import BadLine
from tests.ingest.site import Site
from tests.ingest.test_main import LEDGER, batches, values
from tests.ingest.waiting import until
from tests.servers import TestDatabase

INGEST = "tailwatch_ingest"
HELD = 7
"""The number of a lock that the test holds, so that a query takes as long as it likes."""


def swallow(line: BadLine) -> None:
    """Take every byte, forward none, and say nothing."""
    line.up.clear()
    line.down.clear()


@pytest.fixture
def behind(site: Site) -> Iterator[BadLine]:
    """The line between the database and the ingest processes of a site."""
    with BadLine(site.database.port) as line:
        conninfo = site.database.conninfo(INGEST, site.name)
        write_private(site.folder / "ingest.url", make_conninfo(conninfo, port=line.port))
        yield line


def test_a_swallowed_connection_is_given_up_and_nothing_is_lost(site: Site, behind: BadLine) -> None:
    """Ingest notices within half a minute, works on once bytes pass, and stores each batch once; frozen, it still ends.

    TCP itself never notices: the middlebox acknowledges what is sent and every keepalive.
    """
    process = site.start()
    agent = site.agent()
    agent.send(*batches(2))
    agent.wait_for_ack(1)
    swallow(behind)
    agent.send(*batches(3, first=2))
    until(lambda: "the server works on none" in site.log("ingest-1"), 30)
    assert site.stored() == values(2)
    behind.mend()
    agent.wait_for_ack(4)

    assert site.stored() == values(5)
    assert site.query(LEDGER, "n07") == [(5, 5, 0, 0, 0)]

    swallow(behind)
    agent.send(*batches(1, first=5))
    time.sleep(1)  # all its threads wait for the database by now
    process.send_signal(signal.SIGTERM)

    assert process.wait(10) == 0


def test_an_answer_that_takes_long_is_awaited(vale: TestDatabase) -> None:
    """The server says that it works on it; once it does not, the connection has no answer to give."""
    conninfo = vale.conninfo(INGEST)
    # Within a transaction PostgreSQL shows the activity of its first look again and again.
    with connect(conninfo) as connection, psycopg.connect(conninfo, autocommit=True) as beside:
        beside.execute("SELECT pg_advisory_lock(%s)", (HELD,))
        patience = WhileWorkedOn(conninfo, threading.Event(), connection.info.backend_pid)
        long = threading.Thread(target=connection.execute, args=("SELECT pg_advisory_lock(%s)", (HELD,)))
        long.start()
        works = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
        until(lambda: beside.execute(works, (connection.info.backend_pid,)).fetchone() is not None)

        assert patience.ended(SILENT_S) == ""
        beside.execute("SELECT pg_advisory_unlock(%s)", (HELD,))
        long.join()
        assert "works on none" in patience.ended(3 * SILENT_S)


def test_who_is_told_to_end_waits_no_more(vale: TestDatabase) -> None:
    """Three seconds after that, whatever the server does."""
    stop = threading.Event()
    with connect(vale.conninfo(INGEST), stop) as connection:
        threading.Timer(0.1, stop.set).start()
        with pytest.raises(NoAnswer, match="told to end"):
            connection.execute("SELECT pg_sleep(30)")

        assert connection.closed
