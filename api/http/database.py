"""The api's way to the database: a pool of read-only connections, each query with a time limit.

`write` alone leaves the read-only state, for one statement on a table of the api's own (sessions, requests).

A connection is taken for one query and given back before the answer is sent, so a slow reader never holds one.
"""

import asyncio
import select
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final, LiteralString, Self, TypeVar

import psycopg
import psycopg_pool
from psycopg import AsyncConnection
from psycopg.rows import args_row, kwargs_row
from psycopg_pool import AsyncConnectionPool

from runtime.commit_watch import CommitWatch
from runtime.database_line import Wanted, reach
from runtime.no_answer import AtMost, WatchedAsyncConnection
from runtime.raw_arrays import keep_raw

MARGIN_S: Final = 2.0
"""An answer comes so long after the end of its statement at the latest."""
POOL_WAIT_S: Final = 2.0
RECONNECT_S: Final = 10.0
MAX_WAITING: Final = 200
RAW_ARRAYS: Final = ("float8", "timestamptz", "int2", "int8")

NO_ANSWER: Final = (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests)
"""The database is away, or busier than it can be."""
NO_SCHEMA: Final = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.InsufficientPrivilege,
)
"""The database answers, but was not (or not yet) migrated to what the api knows."""

Row = TypeVar("Row")
Found = TypeVar("Found")
Values = Mapping[str, object]
Work = Callable[[AsyncConnection[Any]], Awaitable[Found]]
"""Reads, on a connection that is there for it alone; it bears repetition."""


class DatabasePool:
    """A pool of connections to one database. Queries raise psycopg.OperationalError or PoolTimeout when it is away."""

    def __init__(
        self,
        conninfo: str,
        pool_size: int,
        statement_timeout_s: float,
        wanted: Wanted = "primary",
        *,
        wait_s: float = POOL_WAIT_S,
    ) -> None:
        """wanted: the kind of server; wait_s: so long a query waits for a connection."""
        self.conninfo = read_only(conninfo, statement_timeout_s, wanted)
        self._patience = AtMost(statement_timeout_s + MARGIN_S, self._give_up)
        self._given_up: asyncio.Task[None] | None = None
        self._pool = AsyncConnectionPool(
            self.conninfo,
            connection_class=WatchedAsyncConnection,
            kwargs={"autocommit": True},
            configure=self._configure,
            min_size=1,
            max_size=pool_size,
            max_waiting=MAX_WAITING,
            timeout=wait_s,
            reconnect_timeout=RECONNECT_S,
            check=_check,
            open=False,
        )

    async def __aenter__(self) -> Self:
        # Not waited for: an api that starts before its database says so at /readyz instead of ending.
        await self._pool.open(wait=False)
        return self

    async def _configure(self, connection: WatchedAsyncConnection) -> None:
        connection.patience = self._patience

    def _give_up(self) -> None:
        """One was silent for longer than any statement may take; the others go the same way, so all are made anew."""
        self._given_up = asyncio.get_running_loop().create_task(self._pool.drain())

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    async def read(self, work: Work[Found]) -> Found:
        """Give `work` a connection, and return what it found. All queries of this class go through here."""
        async with self._pool.connection() as connection:
            return await work(connection)

    async def rows(self, shape: Callable[..., Row], query: LiteralString, values: Values) -> list[Row]:
        """Return the rows of a query, each given to `shape` by column names."""
        return await self._all(query, values, row_factory=kwargs_row(shape))

    async def in_order(self, shape: Callable[..., Row], query: LiteralString, values: Values) -> list[Row]:
        """Return the rows of a query, each given to `shape` in the order of its columns: for long lists, it is faster.

        A thousand rows of twenty columns take half the time of `rows`, also because they come in binary.
        """
        return await self._all(query, values, binary=True, row_factory=args_row(shape))

    async def row(self, shape: Callable[..., Row], query: LiteralString, values: Values) -> Row | None:
        """Return the first row of a query, or None."""
        found = await self.rows(shape, query, values)
        return found[0] if found else None

    async def write(self, shape: Callable[..., Row], statement: LiteralString, values: Values) -> Row | None:
        """Run one statement that writes, as a transaction; return its first row, or None.

        Raises CommitInDoubt where the row is on this server and may be lost with it.
        """
        async with self._pool.connection() as connection:
            with CommitWatch(connection) as watch:
                async with connection.transaction():
                    await connection.execute("SET TRANSACTION READ WRITE")
                    async with connection.cursor(row_factory=kwargs_row(shape)) as cursor:
                        await cursor.execute(statement, values)
                        found = await cursor.fetchone()
                    watch.begin()
            watch.check()
            return found

    async def tuple(self, query: LiteralString, values: Values) -> Sequence[Any]:
        """Return the one row of a query as it is; arrays of numbers and times as raw binary (`runtime.raw_arrays`)."""
        found = await self.tuples(query, values)
        return found[0] if found else ()

    async def tuples(self, query: LiteralString, values: Values) -> Sequence[Sequence[Any]]:
        """Return all rows of a query as they are; arrays as in `tuple`."""
        return await self._all(query, values, arrays=RAW_ARRAYS, binary=True)

    async def _all(self, query: LiteralString, values: Values, *, arrays: Sequence[str] = (), **how: Any) -> list[Any]:
        """Return all rows; arrays: types of which they come as raw binary; how: as a cursor of psycopg is made."""

        async def ask(connection: AsyncConnection[Any]) -> list[Any]:
            async with connection.cursor(**how) as cursor:
                keep_raw(cursor, arrays)
                await cursor.execute(query, values)
                found: list[Any] = await cursor.fetchall()
                return found

        return await self.read(ask)

    async def listen(self) -> AsyncConnection[Any]:
        """Open a connection of its own, outside the pool, for LISTEN."""
        connection = await WatchedAsyncConnection.connect(self.conninfo, autocommit=True)
        connection.patience = self._patience
        return connection


def read_only(conninfo: str, statement_timeout_s: float, wanted: Wanted = "primary") -> str:
    """Return the connection string with the limits of every session of the api."""
    limits = {
        "statement_timeout": f"{statement_timeout_s * 1000:.0f}",
        "default_transaction_read_only": "on",
        "timezone": "UTC",
        "datestyle": "ISO",
        # What a chart of the past sorts, and what a year of hours is hashed into, stays in memory.
        "work_mem": "16MB",
        # One question never takes more than one core from ingest.
        "max_parallel_workers_per_gather": "0",
    }
    options = " ".join(f"-c {key}={value}" for key, value in limits.items())
    return reach(conninfo, "tailwatch api", wanted, options)


def seen_ids(facilities: Collection[str] | None) -> list[str] | None:
    """Return which facilities a query may see as a value of it, in order; None: all."""
    return None if facilities is None else sorted(facilities)


async def _check(connection: AsyncConnection[Any]) -> None:
    """Raise psycopg.OperationalError for a connection that the database has ended.

    A database that ends one says so on it, and says nothing on one that waits: only where there is something to read is
    it asked. To ask before each query would be every second journey of a page.
    """
    said = select.poll()
    said.register(connection.pgconn.socket, select.POLLIN)
    if said.poll(0):
        await AsyncConnectionPool.check_connection(connection)
