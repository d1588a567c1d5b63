"""Rows of the walk: the good readings before the next one, and what is stored at an instant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from api.http.database import DatabasePool

RECENT: Final = """
SELECT d.id, o.result FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL (
    SELECT phenomenon_time, result FROM observation
    WHERE datastream_id = d.id AND quality IN (1, 2) AND result IS NOT NULL
    ORDER BY phenomenon_time DESC LIMIT %(count)s
) o ORDER BY o.phenomenon_time
"""
STORED: Final = """
SELECT d.id, o.phenomenon_time AS at, o.result FROM unnest(%(ids)s::int[], %(times)s::timestamptz[]) AS d (id, at)
JOIN observation o ON o.datastream_id = d.id AND o.phenomenon_time = d.at
WHERE o.tests IS DISTINCT FROM 'undone'
"""


class StoredReading(NamedTuple):
    """A row that stands at the instant of a reading; result None: it is missing."""

    id: int
    at: datetime
    result: float | None


async def recent(database: DatabasePool, ids: Sequence[int], count: int) -> dict[int, list[float]]:
    """Return up to `count` of the newest good results of each datastream, the oldest first, by id."""
    found: dict[int, list[float]] = {id: [] for id in ids}
    for id, result in await database.in_order(lambda *row: row, RECENT, {"ids": list(ids), "count": count}):
        found[id].append(result)
    return found


async def stored(
    database: DatabasePool, keys: Sequence[tuple[int, datetime]]
) -> dict[tuple[int, datetime], float | None]:
    """Return what is stored at these instants of these datastreams, by both; what was taken back is not."""
    values = {"ids": [id for id, _ in keys], "times": [at for _, at in keys]}
    rows = await database.rows(StoredReading, STORED, values)
    return {(row.id, row.at): row.result for row in rows}
