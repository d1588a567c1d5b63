"""Observations of datastreams as they are, as binary columns."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.observations.columns import Readings, instants, integers, numbers, spread
from api.observations.window import TimeWindow

ONE_US: Final = timedelta(microseconds=1)  # the database's resolution: the next row is at least so much later
Quality = tuple[int, ...]
EVERY: Final[Quality] = (1, 2, 3, 4, 9)

AS_OF: Final = "observation_as_of(%(id)s, %(start)s, %(end)s, %(as_of)s)"
AS_OF_SPAN: Final = "observation_as_of(%(id)s, span.start, span.stop, %(as_of)s)"

# Few observations have tests: of them alone the texts and times come, so that the others cost no object.
ARRAYS: Final = """
SELECT array_agg(phenomenon_time), array_agg(coalesce(result, 'NaN')), array_agg(quality),
       array_agg(tests) FILTER (WHERE tests IS NOT NULL), array_agg(phenomenon_time) FILTER (WHERE tests IS NOT NULL)
"""
PAGE: Final = """
FROM (
    SELECT phenomenon_time, result, quality, tests FROM {observation}
    WHERE datastream_id = {id} AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
      AND quality = ANY(%(quality)s)
    ORDER BY phenomenon_time LIMIT %(limit)s
) page
"""
"""The first observations of a window, for whatever is made of them (`page`)."""
HAS_LEFT: Final = "EXISTS (SELECT FROM released_span WHERE start < %(end)s AND stop > %(start)s)"
"""Whether anything of a window, of whichever datastream, has left the database."""
RAW_OF_SOME: Final = "SELECT d.id, raw.* FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL ({raw}) raw".format(
    raw=ARRAYS + PAGE.format(observation="observation", id="d.id")
)
WITHIN: Final = (
    ARRAYS
    + """
FROM (
    SELECT o.phenomenon_time, o.result, o.quality, o.tests
    FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS span (start, stop) CROSS JOIN LATERAL (
        SELECT * FROM {observation}
        WHERE datastream_id = %(id)s AND phenomenon_time >= span.start AND phenomenon_time < span.stop
          AND quality = ANY(%(quality)s)
    ) o
    ORDER BY phenomenon_time LIMIT %(limit)s
) page
"""
)


def values(datastream: Datastream, window: TimeWindow, quality: Quality) -> dict[str, object]:
    """Return the parameters of a question about some flags of a datastream in a window."""
    return {
        "id": datastream.id,
        "start": window.start,
        "end": window.end,
        "quality": list(quality),
        "as_of": window.as_of,
    }


def source(window: TimeWindow) -> LiteralString:
    """Return what a question selects from: the observations as they are, or as they were known at `as_of`."""
    return "observation" if window.as_of is None else AS_OF


def page(window: TimeWindow) -> LiteralString:
    """Return PAGE of the datastream and the window that `values` name."""
    return PAGE.format(observation=source(window), id="%(id)s")


async def raw(
    database: DatabasePool, datastream: Datastream, window: TimeWindow, quality: Quality, limit: int
) -> Readings:
    """Return the first `limit` observations of a window, in order of time."""
    asked = values(datastream, window, quality) | {"limit": limit}
    return _readings(await database.tuple(ARRAYS + page(window), asked))


async def raw_or_left(
    database: DatabasePool, datastream: Datastream, window: TimeWindow, quality: Quality, limit: int
) -> tuple[Readings, bool]:
    """The same, and whether some of them may have left the database (HAS_LEFT): in one journey, as it seldom has."""
    asked = values(datastream, window, quality) | {"limit": limit}
    *columns, has_left = await database.tuple(f"{ARRAYS.rstrip()}, {HAS_LEFT} {page(window)}", asked)
    return _readings(columns), bool(has_left)


async def raw_of_some(
    database: DatabasePool, ids: Sequence[int], start: datetime, end: datetime, limit: int
) -> dict[int, Readings]:
    """Return the first `limit` observations with any flag in [start, end) of each datastream, by its id."""
    asked = {"ids": list(ids), "start": start, "end": end, "quality": list(EVERY), "limit": limit}
    return {id: _readings(columns) for id, *columns in await database.tuples(RAW_OF_SOME, asked)}


async def within(
    database: DatabasePool,
    datastream: Datastream,
    window: TimeWindow,
    spans: Sequence[tuple[datetime, datetime]],
    quality: Quality,
    limit: int,
) -> Readings:
    """Return the first `limit` observations of several spans [start, end) of a window, in order of time."""
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    asked = values(datastream, window, quality) | {"limit": limit, "starts": starts, "ends": ends}
    known = "observation" if window.as_of is None else AS_OF_SPAN
    return _readings(await database.tuple(WITHIN.format(observation=known), asked))


NOTHING: Final = Readings(instants(None), numbers(None), integers(None, ">i2"), [])


def _readings(columns: Sequence[Any]) -> Readings:
    time, result, flag, tests, tested = columns
    time_us = instants(time)
    return Readings(time_us, numbers(result), integers(flag, ">i2"), spread(time_us, tests, instants(tested)))
