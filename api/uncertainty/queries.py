"""Observations at some instants of a series, and of all that it is derived from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np

from api.http import times
from api.http.database import DatabasePool
from api.observations.columns import instants, integers, numbers
from api.observations.window import TimeWindow
from tailings.series import Series

CHOSEN: Final = """
SELECT DISTINCT ON (o.phenomenon_time) o.phenomenon_time, o.tests FROM unnest(%(probes)s::timestamptz[]) AS probe (at)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, tests FROM {observation}
    WHERE datastream_id = %(id)s AND phenomenon_time >= %(start)s AND phenomenon_time <= probe.at AND quality <> 9
    ORDER BY phenomenon_time DESC LIMIT 1) o
ORDER BY o.phenomenon_time"""
BEFORE: Final = """
SELECT d.id, array_agg(o.phenomenon_time), array_agg(o.result), array_agg(o.quality)
FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN unnest(%(times)s::timestamptz[]) AS probe (at)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, result, quality FROM {observation}
    WHERE datastream_id = d.id AND phenomenon_time <= probe.at AND phenomenon_time > probe.at - interval '31 days'
      AND quality <> 9
    ORDER BY phenomenon_time DESC LIMIT 1) o
GROUP BY d.id"""
WHOLE: Final = """
SELECT id, array_agg(phenomenon_time), array_agg(result), array_agg(quality) FROM (
    SELECT d.id, o.phenomenon_time, o.result, o.quality FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL (
        SELECT phenomenon_time, result, quality FROM {observation}
        WHERE datastream_id = d.id AND phenomenon_time >= %(start)s AND phenomenon_time <= %(end)s AND quality <> 9
    ) o LIMIT %(limit)s) o
GROUP BY id"""
CHOSEN_AS_OF: Final = "observation_as_of(%(id)s, %(start)s, probe.at + interval '1 us', %(as_of)s)"
BEFORE_AS_OF: Final = "observation_as_of(d.id, probe.at - interval '31 days', probe.at + interval '1 us', %(as_of)s)"
WHOLE_AS_OF: Final = "observation_as_of(d.id, %(start)s, %(end)s::timestamptz + interval '1 us', %(as_of)s)"
IDS: Final = "SELECT id, name FROM datastream WHERE facility_id = %(facility)s AND name = ANY (%(names)s)"
MAX_ROWS: Final = 200_000


async def ids(database: DatabasePool, facility: str, names: Sequence[str]) -> dict[int, str]:
    """Return the names in the facility file of datastreams, by what the database calls them."""
    asked = {"facility": facility, "names": [f"{facility}:{name}" for name in names]}
    return {id: name.partition(":")[2] for id, name in await database.tuples(IDS, asked)}


async def chosen(database: DatabasePool, id: int, asked: TimeWindow, count: int) -> list[tuple[datetime, str | None]]:
    """Return the times of some observations with a result, spread over a window, and the tests that lowered them."""
    step = (asked.end - asked.start) / count
    probes = [asked.start + step * (number + 1) for number in range(count)]
    query = CHOSEN.format(observation="observation" if asked.as_of is None else CHOSEN_AS_OF)
    values = {"id": id, "probes": probes, "start": asked.start, "as_of": asked.as_of}
    rows = await database.tuples(query, values)
    return [(at, tests) for at, tests in rows if at < asked.end]


async def before(
    database: DatabasePool, ids: Sequence[int], at: Sequence[datetime], as_of: datetime | None
) -> dict[int, Series]:
    """Return of each datastream the last observations at or before these instants."""
    query = BEFORE.format(observation="observation" if as_of is None else BEFORE_AS_OF)
    return _series(await database.tuples(query, {"ids": list(ids), "times": list(at), "as_of": as_of}))


async def whole(database: DatabasePool, ids: Sequence[int], asked: TimeWindow) -> dict[int, Series] | None:
    """Return all observations of a stretch, its end included; None when there are too many."""
    query = WHOLE.format(observation="observation" if asked.as_of is None else WHOLE_AS_OF)
    values = {"ids": list(ids), "start": asked.start, "end": asked.end, "as_of": asked.as_of, "limit": MAX_ROWS}
    found = _series(await database.tuples(query, values))
    return None if sum(map(len, found.values())) >= MAX_ROWS else found


def _series(rows: Iterable[Sequence[Any]]) -> dict[int, Series]:
    found: dict[int, Series] = {}
    for id, time, result, quality in rows:
        time_ms, first = np.unique(instants(time) // 1000, return_index=True)
        found[id] = Series.of(time_ms, numbers(result)[first], integers(quality, ">i2")[first])
    return found


def milliseconds(at: datetime) -> int:
    """An instant as Unix milliseconds, as series have it."""
    return times.to_microseconds(at) // 1000
