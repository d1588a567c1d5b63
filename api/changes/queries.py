"""The commit log as a list of changes: which commits make a page, what they touched, and the rows that are there now.

Ids are in the order of the commits (`ingest.store.commit`), so a run of ids that is seen is whole. Rows are read after
the log: they are as new as the run or newer, and what changes later comes with a later commit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.changes.models import ChangedFacility, ChangedRevision
from api.http.database import DatabasePool
from api.observations.columns import Readings, instants, integers, numbers
from api.revisions import queries as revisions

MAX_COMMITS: Final = 2_000
NEAR: Final = "interval '10 minutes'"
"""Spans of a datastream so near to each other are one: rows between them are read once more."""
OF_THE_RUN: Final = "c.id > %(since)s AND c.id <= %(until)s"
IS_ASKED: Final = """
(%(ids)s::integer[] IS NULL OR c.datastream_ids && %(ids)s::integer[])
AND (%(facilities)s::text[] IS NULL OR c.facility_ids && %(facilities)s::text[])"""
OLDEST: Final = "SELECT coalesce(min(id) - 1, 0) AS id FROM commit_log"
RUN: Final = f"""
SELECT coalesce(max(id), %(since)s) AS id FROM (
    SELECT id, sum(rows) OVER (ORDER BY id) - rows AS rows_before FROM (
        SELECT c.id, CASE WHEN {IS_ASKED} THEN c.rows ELSE 0 END AS rows FROM commit_log c
        WHERE c.id > %(since)s ORDER BY c.id LIMIT {MAX_COMMITS}
    ) logged
) counted WHERE rows_before < %(limit)s
"""
SPANS: Final = f"""
SELECT s.id, d.name, d.unit, s.commit, lower(s.span) AS start, upper(s.span) - {NEAR} AS stop,
       NOT EXISTS (SELECT FROM released_span r
                   WHERE r.start < upper(s.span) - {NEAR} AND r.stop > lower(s.span)) AS is_whole
FROM (
    SELECT touched.id, max(touched.commit) AS commit,
           unnest(range_agg(tstzrange(touched.first, touched.stop + {NEAR}))) AS span
    FROM (
        SELECT one.id, c.id AS commit, coalesce(to_timestamp(one.first_ms / 1000.0), c.first_time) AS first,
               coalesce(to_timestamp(one.last_ms / 1000.0), c.last_time) + interval '1 millisecond' AS stop
        FROM commit_log c
        CROSS JOIN LATERAL unnest(c.datastream_ids, c.first_ms, c.last_ms) AS one (id, first_ms, last_ms)
        WHERE {OF_THE_RUN} AND (%(ids)s::integer[] IS NULL OR one.id = ANY(%(ids)s))
    ) touched
    WHERE touched.stop IS NOT NULL GROUP BY touched.id
) s JOIN datastream d ON d.id = s.id
WHERE %(facilities)s::text[] IS NULL OR d.facility_id = ANY(%(facilities)s)
ORDER BY s.id, start
"""
# TouchedSpan by span in their order: the inner query has an order and a limit of its own, so it is asked once for each.
ROWS: Final = """
SELECT array_agg(place), array_agg(phenomenon_time), array_agg(coalesce(result, 'NaN')), array_agg(quality),
       array_agg(tests)
FROM (
    SELECT span.place, o.*
    FROM unnest(%(ids)s::integer[], %(starts)s::timestamptz[], %(stops)s::timestamptz[])
        WITH ORDINALITY AS span (id, start, stop, place)
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, result, quality, tests FROM observation
        WHERE datastream_id = span.id AND phenomenon_time >= span.start AND phenomenon_time < span.stop
        ORDER BY phenomenon_time LIMIT %(limit)s
    ) o
    LIMIT %(limit)s
) page
"""
FACILITIES: Final = f"""
SELECT f.id AS facility, f.version, f.hash, f.applied_at FROM facility f
WHERE (%(facilities)s::text[] IS NULL OR f.id = ANY(%(facilities)s))
  AND f.id IN (SELECT unnest(c.facility_ids) FROM commit_log c WHERE {OF_THE_RUN}) ORDER BY f.id
"""
REVISIONS: Final = f"""{revisions.REVISION}, facility_id AS facility
FROM revision r WHERE (%(facilities)s::text[] IS NULL OR facility_id = ANY(%(facilities)s))
  AND id IN (SELECT unnest(c.revision_ids) FROM commit_log c WHERE {OF_THE_RUN} AND {IS_ASKED}) ORDER BY id
"""


class ChangesScope(NamedTuple):
    """What a caller wants to know of, and may: facilities and ids of datastreams, None for all."""

    facilities: list[str] | None
    ids: list[int] | None


class CommitRun(NamedTuple):
    """Commits since < id <= until."""

    since: int
    until: int


class TouchedSpan(NamedTuple):
    """[start, stop) of one datastream that a run touched; `is_whole`: nothing of it has left for the archive."""

    id: int
    name: str
    unit: str
    commit: int
    start: datetime
    stop: datetime
    is_whole: bool


class SpanRows(NamedTuple):
    """Observations in spans: of each the index of its span, ascending."""

    span: NDArray[np.int64]
    readings: Readings


async def oldest_known(database: DatabasePool) -> int:
    """Return the oldest commit from which on the log knows everything."""
    return await _number(database, OLDEST, {})


async def run(database: DatabasePool, since: int, scope: ChangesScope, limit: int) -> CommitRun:
    """Return the commits of a page: some thousand, or as many as stored about `limit` rows of scope."""
    return CommitRun(since, await _number(database, RUN, scope._asdict() | {"since": since, "limit": limit}))


async def spans(database: DatabasePool, of: CommitRun, scope: ChangesScope) -> list[TouchedSpan]:
    """Return what these commits touched, in the order of datastreams and times."""
    return await database.in_order(TouchedSpan, SPANS, of._asdict() | scope._asdict())


async def rows(database: DatabasePool, of: Sequence[TouchedSpan], limit: int) -> SpanRows:
    """Return the first `limit` observations in some spans, span by span in order of time, as they are now."""
    asked = {"ids": [one.id for one in of], "starts": [one.start for one in of], "stops": [one.stop for one in of]}
    place, time, result, flag, tests = await database.tuple(ROWS, asked | {"limit": limit})
    index = integers(place, ">i8") - 1
    if np.any(np.diff(index) < 0):
        raise AssertionError("the database does not read spans in their order: a page would miss some")
    return SpanRows(index, Readings(instants(time), numbers(result), integers(flag, ">i2"), tests or []))


async def facilities(database: DatabasePool, of: CommitRun, scope: ChangesScope) -> list[ChangedFacility]:
    """Return the facilities of these commits, with the file that is in force."""
    return await database.rows(ChangedFacility, FACILITIES, of._asdict() | scope._asdict())


async def revisions_of(database: DatabasePool, of: CommitRun, scope: ChangesScope) -> list[ChangedRevision]:
    """Return the revisions that these commits were made under."""
    return await database.rows(ChangedRevision, REVISIONS, of._asdict() | scope._asdict())


async def _number(database: DatabasePool, query: str, values: dict[str, object]) -> int:
    found = await database.row(lambda id: int(id), query, values)
    return 0 if found is None else found
