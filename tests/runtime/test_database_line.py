"""How programs reach the database, against two real servers of which one takes over."""

import asyncio
import threading
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.http.database import DatabasePool
from ingest.database import DatabaseLink, DatabaseTimeline
from runtime.database_line import UNANSWERED_MS, reach
from tests.standby import Pair

PORT = "SELECT inet_server_port()"


def test_every_program_notices_a_server_that_vanishes() -> None:
    """What waits for an answer ends within UNANSWERED_MS; each of several servers is waited for a shorter time."""
    one, two = (conninfo_to_dict(reach(f"host={hosts} dbname=x", "test")) for hosts in ("a", "a,b"))

    assert int(one["tcp_user_timeout"]) == UNANSWERED_MS
    assert int(two["connect_timeout"]) < int(one["connect_timeout"])
    assert two["target_session_attrs"] == "read-write"


def test_the_programs_go_to_the_new_primary(reachable_folder: Path) -> None:
    """Pool of the api and line of ingest take neither a standby nor the former primary, and ingest says so."""
    changed: list[bool] = []
    timeline = DatabaseTimeline()
    with Pair(reachable_folder) as pair:
        conninfo = pair.conninfo("postgres", "postgres")
        line = DatabaseLink(conninfo, threading.Event(), lambda one: changed.append(timeline.has_changed(one)))
        before = line.transact(lambda one: one.execute(PORT).fetchone())
        asked = asyncio.run(_ports(conninfo, pair))
        after = line.transact(lambda one: one.execute(PORT).fetchone())
        line.close()
        former = make_conninfo(conninfo, host="127.0.0.1", port=pair.first.port)
        with pytest.raises(psycopg.OperationalError, match="standby"):
            psycopg.connect(reach(former, "test", "primary"))

    assert (*before, *after) == asked == (pair.first.port, pair.second.port)
    assert changed == [False, True]


async def _ports(conninfo: str, pair: Pair) -> tuple[int, int]:
    async with DatabasePool(conninfo, 2, 10) as pool:
        (before,) = await pool.tuple(PORT, {})
        pair.promote()  # in this thread: a server ends with the one that started it
        until_s = time.monotonic() + 60
        while (after := await _port(pool)) is None:
            assert time.monotonic() < until_s
            await asyncio.sleep(0.1)
    return before, after


async def _port(pool: DatabasePool) -> int | None:
    """Where the pool's next question goes; None while nobody answers."""
    try:
        (port,) = await pool.tuple(PORT, {})
    except psycopg.OperationalError:
        return None
    return port
