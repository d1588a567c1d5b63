"""The usual ways to bring messages into PostgreSQL, each as its documentation shows it; JSON by the standard library.

All four are idempotent (ON CONFLICT DO NOTHING), as a consumer at QoS 1 must be; none keeps a ledger or newest values.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

from bench.figures import WrongResult
from bench.plant import FACILITY, PER_NODE
from bench.stretch import COPY_ROWS, Numbers, batched, messages
from bench.testbed import Connection, Testbed

COLUMNS: Final = "(datastream_id, phenomenon_time, result, quality)"
INSERT: Final = f"INSERT INTO observation {COLUMNS} VALUES (%s, to_timestamp(%s), %s, %s) ON CONFLICT DO NOTHING"
UNNEST: Final = f"""
INSERT INTO observation {COLUMNS}
SELECT id, to_timestamp(t), v, q
FROM unnest(%s::integer[], %s::float8[], %s::float8[], %s::smallint[]) AS told (id, t, v, q)
ON CONFLICT DO NOTHING"""
STAGING: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS peer_staging (id integer, t float8, v float8, q smallint) ON COMMIT DELETE ROWS"""
MERGE: Final = f"""
INSERT INTO observation {COLUMNS} SELECT id, to_timestamp(t), v, q FROM peer_staging ON CONFLICT DO NOTHING"""

Row = tuple[int, float, float, int]
Ids = Mapping[str, int]
Peer = Callable[[Connection, Ids, Sequence[bytes]], None]


def rows(ids: Ids, payloads: Iterable[bytes]) -> list[Row]:
    """(datastream id, Unix time [s], value, quality) of the observations in some messages."""
    records = chain.from_iterable(json.loads(payload) for payload in payloads)
    return [(ids[one["n"]], float(one["t"]), float(one["v"]), one["q"]) for one in records if "q" in one]


def insert(connection: Connection, ids: Ids, payloads: Sequence[bytes]) -> None:
    """As most consumers begin: a transaction a message, an INSERT a reading."""
    for payload in payloads:
        with connection.transaction():
            for row in rows(ids, [payload]):
                connection.execute(INSERT, row)


def executemany(connection: Connection, ids: Ids, payloads: Sequence[bytes]) -> None:
    """psycopg's executemany, which sends many INSERTs without waiting for each."""
    for some in batched(payloads, COPY_ROWS // PER_NODE):
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(INSERT, rows(ids, some))


def unnest(connection: Connection, ids: Ids, payloads: Sequence[bytes]) -> None:
    """One INSERT of arrays for many messages."""
    for some in batched(payloads, COPY_ROWS // PER_NODE):
        with connection.transaction():
            connection.execute(UNNEST, [list(column) for column in zip(*rows(ids, some), strict=True)])


def staging(connection: Connection, ids: Ids, payloads: Sequence[bytes]) -> None:
    """COPY into a temporary table and from there into the real one."""
    connection.execute(STAGING)
    for some in batched(payloads, COPY_ROWS // PER_NODE):
        with connection.transaction(), connection.cursor() as cursor:
            with cursor.copy("COPY peer_staging FROM STDIN") as copy:
                for row in rows(ids, some):
                    copy.write_row(row)
            cursor.execute(MERGE)


INSERT_EACH: Final = "INSERT a reading"
PEERS: Final[dict[str, Peer]] = {
    INSERT_EACH: insert,
    "executemany": executemany,
    "unnest": unnest,
    "staging table": staging,
}


class Usual:
    """The peers on one connection."""

    def __init__(self, ground: Testbed) -> None:
        self._ground = ground
        self._connection = ground.connect()
        found = self._connection.execute("SELECT name, id FROM datastream WHERE facility_id = %s", (FACILITY,))
        self._ids = {name.removeprefix(f"{FACILITY}:"): number for name, number in found.fetchall()}

    def rate(self, name: str, rows: int, readings_a_pack: int = PER_NODE) -> float:
        """Rows/s of a fresh stretch; raises WrongResult when not every row is stored."""
        stretch = self._ground.stretch(max(1, rows // 1000), min(rows, 1000))
        made = messages(stretch, Numbers(), readings_a_pack=readings_a_pack)
        start_s = time.monotonic()
        PEERS[name](self._connection, self._ids, made)
        seconds = time.monotonic() - start_s
        if (stored := self._ground.count(stretch)) != stretch.rows:
            raise WrongResult(f"{name}: {stored} of {stretch.rows} rows are stored")
        return stretch.rows / seconds
