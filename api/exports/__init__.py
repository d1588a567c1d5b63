"""Files of observations, one format a file of this folder: its name is what `format=` says, and how a file's name ends.

A format offers:

    MEDIA_TYPE                     what the answer's `content-type` says
    EXAMPLE                        some rows as text, for the description of the api
    EXAMPLE_OF_SOME                optional: the same of several datastreams, where that differs
    write(chunks, is_named)        the bytes of a file, from its first to its last, while the chunks come
    read(database, part, limit)    optional: another way to read a chunk than as columns

`write` is given the observations in order of time, one datastream after the other, in chunks of at most 20,000 rows:
no file is ever whole in memory. Where `is_named` is true the file is of several datastreams, and each row names its
own. A chunk has `part` (datastream, window, flags) and `content`: the columns of `api.observations.columns.Readings`,
unless the format has a `read` of its own. A missing result is NaN in the columns; a file says that there is none, never
0.

The docstring of the file begins with the sentence that docs/researching.md has of the format. JSON is no file here: it
is the answer of each address itself, with gaps and pages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple, Protocol, cast

from fastapi import Request, Response
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.datastreams.models import Datastream
from api.http import answers, times
from api.http.database import DatabasePool
from api.http.headers import IS_HEAD
from api.http.streams import PatientStream
from api.observations import queries
from api.observations.window import TimeWindow
from tailings import plugins

ROOM: Final = __name__
JSON: Final = "json"
CHUNK_ROWS: Final = 20_000


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


class Format(Protocol):
    """What a file of this folder offers."""

    MEDIA_TYPE: str
    EXAMPLE: str

    @staticmethod
    def write(chunks: AsyncIterator[Chunk], is_named: bool) -> AsyncIterator[bytes]:
        """Give the bytes of a file."""


def names() -> tuple[str, ...]:
    """Return what `format` may say: json, the answer itself, and each format of files."""
    return (JSON, *plugins.names(ROOM))


def _known(value: object) -> str:
    if value not in names():
        raise PydanticCustomError("bad-format", "give {known}", {"known": " or ".join(map(repr, names()))})
    return str(value)


Name = Annotated[str, BeforeValidator(_known), WithJsonSchema({"type": "string", "enum": list(names())})]


def description(of_some: bool) -> dict[str, Any]:
    """Return the media types of all files with an example each, for the description of an address."""
    files = [_format(name) for name in plugins.names(ROOM)]
    examples = {one: getattr(one, "EXAMPLE_OF_SOME", one.EXAMPLE) if of_some else one.EXAMPLE for one in files}
    return {one.MEDIA_TYPE.partition(";")[0]: {"example": example} for one, example in examples.items()}


def whole(
    request: Request,
    database: DatabasePool,
    format: str,
    parts: Sequence[ExportPart],
    *,
    name: str,
    as_of: datetime | None,
) -> Response:
    """Answer a whole file, streamed, that a browser keeps under a name with the `as_of` that was asked for.

    For HEAD it is without its content.
    """
    file = _format(format)
    known = "" if as_of is None else f"_as_of_{as_of:%Y%m%dT%H%M%S.%fZ}"
    disposition = f'attachment; filename="{name.replace(":", "_")}{known}.{format}"'
    headers = {"content-disposition": disposition, "cache-control": answers.REVALIDATE}
    if request.scope.get(IS_HEAD):
        return Response(headers=headers, media_type=file.MEDIA_TYPE)
    body = file.write(_chunks(file, database, parts), parts[0].is_named)
    return PatientStream(body, headers=headers, media_type=file.MEDIA_TYPE)


async def page(database: DatabasePool, format: str, part: ExportPart, limit: int) -> tuple[Response, int | None]:
    """Answer the first `limit` observations of a part as a file, and the time [us] of the last when more may follow."""
    file = _format(format)
    chunk = await _read(file, database, part, limit)
    body = b"".join([some async for some in file.write(_only(chunk), part.is_named)])
    answer = Response(body, headers={"cache-control": answers.REVALIDATE}, media_type=file.MEDIA_TYPE)
    if chunk.last is None or chunk.rows < limit:
        return answer, None
    return answer, times.to_microseconds(chunk.last)


async def _chunks(file: Format, database: DatabasePool, parts: Iterable[ExportPart]) -> AsyncIterator[Chunk]:
    """Give all chunks, each by a query of its own, so that no connection waits for the reader."""
    for part in parts:
        left = part
        while True:
            chunk = await _read(file, database, left, CHUNK_ROWS)
            if chunk.rows:
                yield chunk
            if chunk.last is None or chunk.rows < CHUNK_ROWS:
                break
            left = left._replace(window=dataclasses.replace(left.window, start=chunk.last + queries.ONE_US))


async def _read(file: Format, database: DatabasePool, part: ExportPart, limit: int) -> Chunk:
    read = getattr(file, "read", _columns)
    chunk: Chunk = await read(database, part, limit)
    return chunk


async def _columns(database: DatabasePool, part: ExportPart, limit: int) -> Chunk:
    found = await queries.raw(database, part.datastream, part.window, part.quality, limit)
    last = times.from_microseconds(int(found.time_us[-1])) if len(found) else None
    return Chunk(part, found, last, len(found))


async def _only(chunk: Chunk) -> AsyncIterator[Chunk]:
    yield chunk


def _format(name: str) -> Format:
    return cast(Format, plugins.find(ROOM, name))
