"""Hours and days of several datastreams at once, and what they were at one time: what fits and drawings are made of."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np

from api.http.database import DatabasePool
from tailings import trend
from tailings.series import Times, Values

# An hour or day that holds a suspect reading is left out: a fit takes no part of what nobody trusts.
HOURS: Final = """
SELECT d.id, array_agg((extract(epoch FROM h.start) * 1000)::bigint ORDER BY h.start) AS start_ms,
       array_agg(h.mean ORDER BY h.start) AS mean, array_agg(h.results ORDER BY h.start) AS results
FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL hours_of(d.id, %(start)s, %(end)s) h
WHERE h.mean IS NOT NULL AND h.suspect = 0 GROUP BY d.id
"""
DAYS: Final = """
SELECT d.id, array_agg((extract(epoch FROM h.start) * 1000)::bigint ORDER BY h.start) AS start_ms,
       array_agg(h.mean ORDER BY h.start) AS mean, array_agg(h.results ORDER BY h.start) AS results
FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL days_of(d.id, %(start)s, %(end)s) h
WHERE h.mean IS NOT NULL AND h.suspect = 0 GROUP BY d.id
"""
AT: Final = """
SELECT d.id, o.phenomenon_time AS time, o.result
FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL (
    SELECT phenomenon_time, result FROM observation
    WHERE datastream_id = d.id AND phenomenon_time <= %(time)s AND phenomenon_time > %(since)s
      AND quality = ANY('{1,2}') AND result IS NOT NULL
    ORDER BY phenomenon_time DESC LIMIT 1
) o
"""


HOUR: Final = timedelta(seconds=trend.HOUR_S)
# The newest good reading, and the last one that was an hour older.
LAST_HOUR: Final = """
SELECT d.id, n.phenomenon_time AS time, n.result, b.phenomenon_time AS before, b.result AS result_before
FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL (
    SELECT phenomenon_time, result FROM observation
    WHERE datastream_id = d.id AND phenomenon_time <= %(now)s AND phenomenon_time > %(now)s - %(hour)s / 2
      AND quality = ANY('{1,2}') AND result IS NOT NULL
    ORDER BY phenomenon_time DESC LIMIT 1
) n CROSS JOIN LATERAL (
    SELECT phenomenon_time, result FROM observation
    WHERE datastream_id = d.id AND phenomenon_time <= n.phenomenon_time - %(hour)s
      AND phenomenon_time > n.phenomenon_time - 2 * %(hour)s AND quality = ANY('{1,2}') AND result IS NOT NULL
    ORDER BY phenomenon_time DESC LIMIT 1
) b
"""


class Means(NamedTuple):
    """Means of hours or days of one datastream, oldest first.

    start_ms: int64[n], their beginnings. mean: float64[n]. results: float64[n], of how many readings each is made.
    """

    start_ms: Times
    mean: Values
    results: Values

    @property
    def total(self) -> float:
        """The sum of all readings: of rain the depth that fell."""
        return float(np.sum(self.mean * self.results))

    def since(self, start: datetime) -> "Means":
        """Return those that begin at or after a time."""
        kept = self.start_ms >= start.timestamp() * 1000
        return Means(self.start_ms[kept], self.mean[kept], self.results[kept])


def joined(earlier: Means, later: Means) -> Means:
    """Return what stands in both, of which none begins in the other."""
    return Means(
        np.concatenate([earlier.start_ms, later.start_ms]),
        np.concatenate([earlier.mean, later.mean]),
        np.concatenate([earlier.results, later.results]),
    )


class Then(NamedTuple):
    """What a datastream was at some time: its last good reading before it."""

    time: datetime
    result: float


def _means(**row: Any) -> tuple[int, Means]:
    columns = (np.array(row["start_ms"], np.int64), np.array(row["mean"]), np.array(row["results"], np.float64))
    return row["id"], Means(*columns)


async def hours(database: DatabasePool, ids: Sequence[int], start: datetime, end: datetime) -> dict[int, Means]:
    """Return the hours that begin in [start, end) by id of datastream; one without any is left out."""
    return dict(await database.rows(_means, HOURS, {"ids": list(ids), "start": start, "end": end}))


async def days(database: DatabasePool, ids: Sequence[int], start: datetime, end: datetime) -> dict[int, Means]:
    """Return the days (in standard time) that begin in [start, end) by id of datastream."""
    return dict(await database.rows(_means, DAYS, {"ids": list(ids), "start": start, "end": end}))


async def at(database: DatabasePool, ids: Sequence[int], time: datetime, within: timedelta) -> dict[int, Then]:
    """Return the last good reading at or before a time, none older than `within`, by id of datastream."""

    def then(id: int, time: datetime, result: float) -> tuple[int, Then]:
        return id, Then(time, result)

    return dict(await database.rows(then, AT, {"ids": list(ids), "time": time, "since": time - within}))


async def last_hour(database: DatabasePool, ids: Sequence[int], now: datetime) -> dict[int, float]:
    """Return by how much good readings changed over the last hour, by id of datastream; none told is left out."""

    def changed(
        id: int, time: datetime, result: float, before: datetime, result_before: float
    ) -> tuple[int, float | None]:
        time_ms = np.array([round(one.timestamp() * 1000) for one in (before, time)], np.int64)
        return id, trend.change(time_ms, np.array([result_before, result]), round(now.timestamp() * 1000))

    found = await database.rows(changed, LAST_HOUR, {"ids": list(ids), "now": now, "hour": HOUR})
    return {id: change for id, change in found if change is not None}
