"""Observations into the database: what is new by a plain COPY, the rest by way of a staging table.

The high-water mark is the newest stored time of each datastream, kept in memory. A row above it cannot be there yet, so
it needs no check; a late one is looked up. When another process has stored one of them meanwhile, the primary key
objects, and they go through staging. So the mark and the look are a matter of speed, never of truth.
"""

from collections.abc import Callable, Sequence
from math import isnan
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from psycopg import errors

from ingest.store import known
from ingest.store.binary_copy import copy_bytes
from ingest.store.rows import ObservationRows
from ingest.values import Connection

STAGING: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS staging (
    row integer, datastream_id integer, phenomenon_time timestamptz, result float8, quality smallint, tests text,
    cfg integer
) ON COMMIT DELETE ROWS"""
COPY: Final = """
COPY observation (datastream_id, phenomenon_time, result, quality, tests, cfg) FROM STDIN (FORMAT BINARY)"""
COPY_STAGING: Final = "COPY staging FROM STDIN (FORMAT BINARY)"
MERGE: Final = """
WITH stored AS (
    INSERT INTO observation (datastream_id, phenomenon_time, result, quality, tests, cfg)
    SELECT datastream_id, phenomenon_time, result, quality, tests, cfg
    FROM staging ORDER BY datastream_id, phenomenon_time, row
    ON CONFLICT DO NOTHING
    RETURNING datastream_id, phenomenon_time, result, quality, tests
)
SELECT DISTINCT ON (datastream_id)
    datastream_id, (extract(epoch FROM phenomenon_time) * 1000)::bigint, result, quality, tests,
    count(*) OVER same, (extract(epoch FROM min(phenomenon_time) OVER same) * 1000)::bigint
FROM stored WINDOW same AS (PARTITION BY datastream_id) ORDER BY datastream_id, phenomenon_time DESC"""
CONFLICTS: Final = """
SELECT s.row FROM staging s JOIN observation o USING (datastream_id, phenomenon_time)
WHERE o.result IS DISTINCT FROM s.result
  AND o.phenomenon_time BETWEEN to_timestamp(%s / 1000.0) AND to_timestamp(%s / 1000.0)
ORDER BY s.row"""
INDEX_ONLY: Final = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
"""The planner knows nothing of a fresh temporary table and would read whole chunks."""


class Tally(msgspec.Struct, frozen=True):
    """What was stored of one datastream: how many rows, the first time, and the newest row. Times in Unix ms."""

    datastream_id: int
    newest_ms: int
    result: float | None
    quality: int
    tests: str | None
    count: int
    first_ms: int


class Sorted(msgspec.Struct, frozen=True):
    """Rows made ready for the table without a look at it, so that another thread can do it meanwhile."""

    rows: ObservationRows
    """As they came."""
    order: npt.NDArray[np.intp]
    """Positions of `rows` in the order of the primary key."""
    ordered: ObservationRows
    is_repeat: npt.NDArray[np.bool_]
    """Which of `ordered` have the key of the one before."""
    data: memoryview
    """All of `ordered` as a COPY."""
    tallies: list[Tally]
    """Of all of `ordered`, in the order of the datastreams."""


class HighWater:
    """The newest stored time [Unix ms] of each datastream id."""

    def __init__(self) -> None:
        self._newest_ms = np.zeros(1, np.int64)

    def load(self, connection: Connection, highest_id: int) -> None:
        """Read the marks anew."""
        self._newest_ms = np.zeros(highest_id + 1, np.int64)
        newest = "SELECT datastream_id, (extract(epoch FROM phenomenon_time) * 1000)::bigint FROM latest"
        for datastream_id, newest_ms in connection.execute(newest):
            self._newest_ms[datastream_id] = newest_ms

    def below(self, rows: ObservationRows) -> npt.NDArray[np.bool_]:
        """Return a mask of the rows that are newer than everything known of their datastream."""
        return np.asarray(rows.time_ms > self._newest_ms[rows.datastream])

    def raise_to(self, tallies: Sequence[Tally]) -> None:
        """Take in what was committed; at most one tally a datastream."""
        ids = np.array([one.datastream_id for one in tallies], np.intp)
        self._newest_ms[ids] = np.maximum(self._newest_ms[ids], [one.newest_ms for one in tallies])


def sort(rows: ObservationRows) -> Sorted:
    """Return the rows sorted by datastream and time, and as the bytes of a COPY."""
    order = np.lexsort((rows.time_ms, rows.datastream))
    ordered = rows.take(order)
    return Sorted(rows, order, ordered, _is_repeat(ordered), copy_bytes(ordered), tallies=_tallies(ordered))


def store(
    connection: Connection, chosen: Sorted, water: HighWater, before_wait: Callable[[], None]
) -> tuple[list[Tally], list[int]]:
    """Store the rows inside the open transaction; what is stored already is left as it is.

    `before_wait` is called when the rows are ready and the database is about to be busy with them.
    Returns what is new, one tally a datastream, and the places of the rows that contradict what was there before (the
    first stays).
    """
    is_fresh = water.below(chosen.ordered) & ~chosen.is_repeat
    tallies = []
    if is_fresh.any():
        fresh = chosen if is_fresh.all() else sort(chosen.ordered.take(is_fresh))
        try:
            with connection.transaction():
                before_wait()
                _copy(connection, COPY, fresh.data)
            tallies = fresh.tallies
        except errors.UniqueViolation:
            is_fresh[:] = False
    if is_fresh.all():
        return tallies, []
    before_wait()
    rest = chosen.order[~is_fresh]
    merged, conflicts = store_rest(connection, chosen.rows.take(rest))
    return one_each([*tallies, *merged]), rest[conflicts].tolist()


def _is_repeat(ordered: ObservationRows) -> npt.NDArray[np.bool_]:
    repeat = np.zeros(len(ordered), bool)
    repeat[1:] = (np.diff(ordered.datastream) == 0) & (np.diff(ordered.time_ms) == 0)
    return repeat


def _tallies(ordered: ObservationRows) -> list[Tally]:
    if not len(ordered):
        return []
    ends = np.flatnonzero(np.append(np.diff(ordered.datastream) != 0, True))
    counts = np.diff(ends, prepend=-1)
    newest = ordered.take(ends)
    first_ms = ordered.time_ms[ends - counts + 1]
    results = [None if isnan(result) else result for result in newest.result.tolist()]
    tests = [one.decode() or None for one in newest.tests.tolist()]
    columns = (newest.datastream.tolist(), newest.time_ms.tolist(), results, newest.quality.tolist(), tests)
    return [Tally(*row) for row in zip(*columns, counts.tolist(), first_ms.tolist(), strict=True)]


def store_rest(connection: Connection, rows: ObservationRows) -> tuple[list[Tally], list[int]]:
    """Store what is late or repeated: only what is not there yet, and through staging when some of it is after all."""
    stored = known.find(connection, rows)
    conflicts: list[int] = stored.conflicts(rows).tolist()
    places = np.flatnonzero(~stored.is_stored)
    if not len(places):
        return [], conflicts
    late = sort(rows.take(places))
    if not late.is_repeat.any():
        try:
            with connection.transaction():
                _copy(connection, COPY, late.data)
        except errors.UniqueViolation:
            pass
        else:
            return late.tallies, conflicts
    tallies, others = _merge(connection, late.rows)
    return tallies, conflicts + places[others].tolist()


def _merge(connection: Connection, rows: ObservationRows) -> tuple[list[Tally], list[int]]:
    _copy(connection, COPY_STAGING, copy_bytes(rows, is_numbered=True))
    tallies = [Tally(*row) for row in connection.execute(MERGE)]
    if sum(one.count for one in tallies) == len(rows):
        return tallies, []
    connection.execute(INDEX_ONLY)
    bounds = (int(np.min(rows.time_ms)), int(np.max(rows.time_ms)))
    return tallies, [row for (row,) in connection.execute(CONFLICTS, bounds)]


def one_each(tallies: Sequence[Tally]) -> list[Tally]:
    """Join the tallies of the same datastream."""
    joined: dict[int, Tally] = {}
    for one in tallies:
        other = joined.get(one.datastream_id)
        joined[one.datastream_id] = one if other is None else _join(one, other)
    return list(joined.values())


def _join(one: Tally, other: Tally) -> Tally:
    newest = max(one, other, key=lambda tally: tally.newest_ms)
    first_ms = min(one.first_ms, other.first_ms)
    return msgspec.structs.replace(newest, count=one.count + other.count, first_ms=first_ms)


def _copy(connection: Connection, statement: Any, data: memoryview) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(data)
