"""What stands in a file, datastream by datastream, and reading it in chunks while the one before is being written."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from api.datastreams.models import Datastream
from api.http import times
from api.http.database import DatabasePool
from api.observations import queries, time_columns
from api.observations.columns import Readings, or_null
from api.observations.window import TimeWindow


class ExportPart(NamedTuple):
    """The observations of one datastream that stand in a file; named: the file is of several datastreams."""

    datastream: Datastream
    window: TimeWindow
    quality: tuple[int, ...]
    is_named: bool = False


class Chunk(NamedTuple):
    """Some observations of a part: what was read, the time of the last one (None: there is none), and how many."""

    part: ExportPart
    content: Any
    last: datetime | None
    rows: int


Read = Callable[[DatabasePool, ExportPart, int], Coroutine[Any, Any, Chunk]]


async def columns(database: DatabasePool, part: ExportPart, limit: int) -> Chunk:
    """Read the first `limit` observations of a part as columns."""
    found = await queries.raw(database, part.datastream, part.window, part.quality, limit)
    last = times.from_microseconds(int(found.time_us[-1])) if len(found) else None
    return Chunk(part, found, last, len(found))


async def chunks(database: DatabasePool, read: Read, parts: Sequence[ExportPart], rows: int) -> AsyncIterator[Chunk]:
    """Give all chunks of at most `rows` observations; the database reads one while that before it is written."""
    found = _one_by_one(database, read, parts, rows)
    ahead = asyncio.create_task(_next(found))
    try:
        while (chunk := await ahead) is not None:
            ahead = asyncio.create_task(_next(found))
            yield chunk
    finally:
        ahead.cancel()
        await asyncio.wait([ahead])
        if not ahead.cancelled():
            ahead.exception()  # nobody waits for it any more: a reader who has gone leaves no error behind


async def given(
    parts: Sequence[ExportPart], found: Sequence[Readings], content: Callable[[ExportPart, Readings], Any], rows: int
) -> AsyncIterator[Chunk]:
    """Give the chunks of what is at hand: the readings of each part, as the content that a format has of them."""
    for part, whole in zip(parts, found, strict=True):
        for start in range(0, len(whole), rows):
            some = whole.slice(start, start + rows)
            yield Chunk(part, content(part, some), times.from_microseconds(int(some.time_us[-1])), len(some))


def rows_of(found: Readings) -> Iterator[tuple[str, float | None, int, str | None]]:
    """Give time, result, flag and tests of each observation, as texts have them."""
    times_of = time_columns.rfc3339_column(found.time_us)
    return zip(times_of, or_null(found.result), found.quality.tolist(), found.tests, strict=True)


async def only(chunk: Chunk) -> AsyncIterator[Chunk]:
    """Give one chunk, which is all of a page; none where it has no rows, as of a whole file without any."""
    if chunk.rows:
        yield chunk


async def _one_by_one(
    database: DatabasePool, read: Read, parts: Sequence[ExportPart], rows: int
) -> AsyncIterator[Chunk]:
    """Read each chunk by a query of its own, so that no connection waits for the reader."""
    for part in parts:
        left = part
        while True:
            chunk = await read(database, left, rows)
            if chunk.rows:
                yield chunk
            if chunk.last is None or chunk.rows < rows:
                break
            left = left._replace(window=dataclasses.replace(left.window, start=chunk.last + queries.ONE_US))


async def _next(found: AsyncIterator[Chunk]) -> Chunk | None:
    return await anext(found, None)
