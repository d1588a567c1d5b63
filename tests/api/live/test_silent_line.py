"""The feed's own line to the database, cut in silence while the pool's lines work: nothing is told on it any more."""

import asyncio
import time
from collections.abc import Callable

import psycopg
from psycopg.conninfo import make_conninfo

from api.http.database import DatabasePool, read_only
from api.live.feed import POLL_S, LiveFeed
from tests.bad_line import BadLine
from tests.servers import TestDatabase

LIMIT_S = POLL_S - 1
"""Of a statement: who waits for an answer is given two seconds more, and must not give up a line that is only quiet."""
LISTENERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tailwatch api'
AND query LIKE 'LISTEN%'
"""


async def until(is_true: Callable[[], bool], within_s: float = 60) -> None:
    """Ask again and again."""
    until_s = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < until_s
        await asyncio.sleep(0.05)


def test_a_line_cut_in_silence_is_made_again(own_database: TestDatabase) -> None:
    """The feed asks who was silent for five seconds whether it is there, hears nothing, and listens on a new line."""
    conninfo = own_database.conninfo("tailwatch_api")
    with (
        BadLine(own_database.cluster.port) as line,
        psycopg.connect(own_database.conninfo("postgres"), autocommit=True) as admin,
    ):

        def listeners() -> int:
            return admin.execute(LISTENERS).fetchone()[0]

        async def cut_and_wait() -> tuple[int, bool]:
            async with DatabasePool(conninfo, 2, LIMIT_S) as database:
                database.conninfo = read_only(make_conninfo(conninfo, port=line.port), LIMIT_S)
                listening = LiveFeed(database)
                feed = asyncio.create_task(listening.run())
                await until(lambda: listening.is_listening)
                line.up.clear()
                line.down.clear()
                database.conninfo = read_only(conninfo, LIMIT_S)
                await until(lambda: listeners() == 2)  # the server does not know that the first one is gone
                found = listeners(), feed.done()
                feed.cancel()
                return found

        assert asyncio.run(cut_and_wait()) == (2, False)
