"""Observations of one datastream as they are: as binary columns for pages and charts, as lines for files."""

import dataclasses
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString, NamedTuple

from api.datastreams.models import Datastream
from api.http.database import Database
from api.observations.columns import Readings, instants, integers, numbers, texts
from api.observations.window import Window

EXPORT_ROWS: Final = 20_000
ONE_US: Final = timedelta(microseconds=1)  # the database's resolution: the next row is at least so much later
HEADER: Final = b"phenomenon_time,result,unit,quality,tests\r\n"
HEADER_OF_SOME: Final = b"datastream," + HEADER

Quality = tuple[int, ...]
EVERY: Final[Quality] = (1, 2, 3, 4, 9)

AS_OF: Final = "observation_as_of(%(id)s, %(start)s, %(end)s, %(as_of)s)"
AS_OF_SPAN: Final = "observation_as_of(%(id)s, span.start, span.stop, %(as_of)s)"

RAW: Final = """
SELECT array_agg(phenomenon_time), array_agg(coalesce(result, 'NaN')), array_agg(quality), array_agg(tests)
FROM (
    SELECT phenomenon_time, result, quality, tests FROM {observation}
    WHERE datastream_id = {id} AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
      AND quality = ANY(%(quality)s)
    ORDER BY phenomenon_time LIMIT %(limit)s
) page
"""
RAW_OF_SOME: Final = "SELECT d.id, raw.* FROM unnest(%(ids)s::int[]) AS d (id) CROSS JOIN LATERAL ({raw}) raw".format(
    raw=RAW.format(observation="observation", id="d.id")
)
WITHIN: Final = """
SELECT array_agg(phenomenon_time), array_agg(coalesce(result, 'NaN')), array_agg(quality), array_agg(tests)
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
# Lines are made by the database: one Python object a chunk, and the api's own thread stays free.
LINES: Final = """
SELECT string_agg(concat(%(name)s::text, replace((phenomenon_time AT TIME ZONE 'UTC')::text, ' ', 'T'), 'Z,', result,
                         %(unit)s::text, quality, ',',
                         CASE WHEN tests ~ '[",\\r\\n]' THEN '"' || replace(tests, '"', '""') || '"' ELSE tests END,
                         E'\\r\\n'), ''),
       max(phenomenon_time), count(*)
FROM (
    SELECT phenomenon_time, result, quality, tests FROM {observation}
    WHERE datastream_id = %(id)s AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
      AND quality = ANY(%(quality)s)
    ORDER BY phenomenon_time LIMIT %(limit)s
) page
"""


def field(text: str) -> str:
    """Return a CSV field (RFC 4180), quoted where it must be."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in '",\r\n') else text


def values(datastream: Datastream, window: Window, quality: Quality) -> dict[str, object]:
    """Return the parameters of a question about some flags of a datastream in a window."""
    return {
        "id": datastream.id,
        "start": window.start,
        "end": window.end,
        "quality": list(quality),
        "as_of": window.as_of,
    }


def source(window: Window) -> LiteralString:
    """Return what a question selects from: the observations as they are, or as they were known at `as_of`."""
    return "observation" if window.as_of is None else AS_OF


async def raw(database: Database, datastream: Datastream, window: Window, quality: Quality, limit: int) -> Readings:
    """Return the first `limit` observations of a window, in order of time."""
    asked = values(datastream, window, quality) | {"limit": limit}
    return _readings(await database.tuple(RAW.format(observation=source(window), id="%(id)s"), asked))


async def raw_of_some(
    database: Database, ids: Sequence[int], start: datetime, end: datetime, limit: int
) -> dict[int, Readings]:
    """Return the first `limit` observations with any flag in [start, end) of each datastream, by its id."""
    asked = {"ids": list(ids), "start": start, "end": end, "quality": list(EVERY), "limit": limit}
    return {id: _readings(columns) for id, *columns in await database.tuples(RAW_OF_SOME, asked)}


async def within(
    database: Database,
    datastream: Datastream,
    window: Window,
    spans: Sequence[tuple[datetime, datetime]],
    quality: Quality,
    limit: int,
) -> Readings:
    """Return the first `limit` observations of several spans [start, end) of a window, in order of time."""
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    asked = values(datastream, window, quality) | {"limit": limit, "starts": starts, "ends": ends}
    known = "observation" if window.as_of is None else AS_OF_SPAN
    return _readings(await database.tuple(WITHIN.format(observation=known), asked))


def _readings(columns: Sequence[Any]) -> Readings:
    time, result, flag, tests = columns
    return Readings(instants(time), numbers(result), integers(flag, ">i2"), texts(tests))


class Chunk(NamedTuple):
    """CSV lines without header, the time of the last one (None: no line), and how many they are."""

    lines: bytes
    last: datetime | None
    rows: int


async def chunk(
    database: Database, datastream: Datastream, window: Window, quality: Quality, limit: int, is_named: bool = False
) -> Chunk:
    """Return the CSV lines of the first `limit` observations of a window; named: the datastream begins each."""
    name = f"{field(datastream.name)}," if is_named else ""
    asked = values(datastream, window, quality) | {"limit": limit, "name": name, "unit": f",{field(datastream.unit)},"}
    lines, last, count = await database.tuple(LINES.format(observation=source(window)), asked)
    return Chunk((lines or "").encode(), last, count)


async def export(database: Database, datastream: Datastream, window: Window, quality: Quality) -> AsyncIterator[bytes]:
    """Give a whole CSV file in chunks."""
    yield HEADER
    async for lines in _lines(database, datastream, window, quality, is_named=False):
        yield lines


async def export_some(
    database: Database, some: Sequence[tuple[Datastream, Window]], quality: Quality
) -> AsyncIterator[bytes]:
    """Give one CSV file of several datastreams in chunks, one datastream after the other."""
    yield HEADER_OF_SOME
    for datastream, window in some:
        async for lines in _lines(database, datastream, window, quality, is_named=True):
            yield lines


async def _lines(
    database: Database, datastream: Datastream, window: Window, quality: Quality, is_named: bool
) -> AsyncIterator[bytes]:
    """Give the lines of a window, each chunk by a query of its own, so that no connection waits for the reader."""
    while True:
        part = await chunk(database, datastream, window, quality, EXPORT_ROWS, is_named=is_named)
        if part.rows:
            yield part.lines
        if part.last is None or part.rows < EXPORT_ROWS:
            return
        window = dataclasses.replace(window, start=part.last + ONE_US)
