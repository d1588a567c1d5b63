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


ENTRIES: Final = """
SELECT r.id, r.made_at, r.author, r.reason, r.changed + r.added, r.from_time, r.to_time,
       (SELECT u.id FROM revision u WHERE u.undoes = r.id)
FROM revision r WHERE r.facility_id = %(facility)s AND r.kind = 'hand-entry' ORDER BY r.id DESC LIMIT %(count)s
"""
OF_ENTRIES: Final = """
SELECT s.revision_id AS revision, d.name AS datastream, o.phenomenon_time AS at, o.result AS value
FROM unnest(%(revisions)s::bigint[], %(starts)s::timestamptz[], %(stops)s::timestamptz[]) AS e (id, start, stop)
JOIN datastream d ON d.facility_id = %(facility)s AND d.origin = 'manual' AND d.formula IS NULL
CROSS JOIN LATERAL (
    SELECT * FROM superseded WHERE datastream_id = d.id AND phenomenon_time >= e.start AND phenomenon_time < e.stop
        AND revision_id = e.id ORDER BY phenomenon_time LIMIT %(count)s
) s JOIN observation o ON o.datastream_id = d.id AND o.phenomenon_time = s.phenomenon_time
ORDER BY at, datastream
"""


class EntryRow(NamedTuple):
    """A revision that holds readings by hand."""

    revision: int
    made_at: datetime
    author: str
    reason: str
    size: int
    start: datetime
    stop: datetime
    withdrawn_by: int | None


class EntryReadingRow(NamedTuple):
    """A reading of such a revision, as it stands now."""

    revision: int
    datastream: str
    at: datetime
    value: float | None


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


async def entries(
    database: DatabasePool, facility: str, most: int, most_readings: int
) -> list[tuple[EntryRow, list[EntryReadingRow]]]:
    """Return the newest entries by hand, each with the first of its readings."""
    rows = await database.in_order(EntryRow, ENTRIES, {"facility": facility, "count": most})
    spans = {name: [getattr(row, name[:-1]) for row in rows] for name in ("revisions", "starts", "stops")}
    values = {"facility": facility, "count": most_readings, **spans}
    readings = await database.in_order(EntryReadingRow, OF_ENTRIES, values) if rows else []
    return [(row, [one for one in readings if one.revision == row.revision][:most_readings]) for row in rows]
