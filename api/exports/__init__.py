"""Files of observations, one format a file of this folder: its name is what `format=` says, and how a file's name ends.

A format offers:

    MEDIA_TYPE                     what the answer's `content-type` says
    write(chunks, head)            the bytes of a file, from its first to its last, while the chunks come
    save(chunks, head, file)       instead of `write`: the file is made whole, then sent with its length
    read(database, part, limit)    optional: another way to read a chunk than as columns
    of_columns(part, readings)     with `read`: the same content, of columns that are at hand
    EXAMPLE                        optional: some rows as text, for the description of the api; bytes without it
    EXAMPLE_OF_SOME                optional: the same of several datastreams, where that differs
    CHUNK_ROWS                     optional: how many rows a chunk may have
    ENDING                         optional: how a file's name ends, where that is not the format's name
    DESCRIBED_BY                   optional: the format that says what stands in the file, where the file cannot itself;
                                   such a `write` gets of the head its parts alone (`BareHead`)
    MODULES, EXTRA                 optional: the modules it imports in `write`, and the extra of ours that brings them

`write` is given the observations in order of time, one datastream after the other, in chunks of at most CHUNK_ROWS
rows (20,000): no file is ever whole in memory. A chunk has `part` (datastream, window, flags) and `content`: the
columns of `api.observations.columns.Readings`, unless the format has a `read` of its own. A missing result is NaN in
the columns; a file says that there is none, never 0. `head` is what is known before the first row
(`FileHead`): facility, places, licence, citation. Where its `is_named` is true the file is of several datastreams, and
each row names its own.

The docstring of the file begins with the sentence that docs/researching.md has of the format. JSON is no file here: it
is the answer of each address itself, with gaps and pages.
"""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, BinaryIO, Final, NamedTuple, Protocol, cast

from fastapi import Request, Response
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.exports import _head, _parts
from api.exports import _temporary as temporary
from api.exports._head import BareHead as BareHead
from api.exports._head import FileHead as FileHead
from api.exports._parts import Chunk as Chunk
from api.exports._parts import ExportPart as ExportPart
from api.http import answers, media_types, times
from api.http.database import DatabasePool
from api.http.errors import NotAcceptable, NotInstalled
from api.http.headers import IS_HEAD
from api.http.streams import PatientStream
from api.observations.columns import Readings
from tailings import plugins

ROOM: Final = __name__
JSON: Final = "json"
CHUNK_ROWS: Final = 20_000
VARY: Final = "accept"
HEADERS: Final = {"cache-control": answers.REVALIDATE, "vary": VARY}
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


class Grid(NamedTuple):
    """Rows of several datastreams on one grid, and the rule by which they were made."""

    rule: Mapping[str, Any]
    readings: Sequence[Readings]


class Format(Protocol):
    """What a file of this folder offers; one of the two."""

    MEDIA_TYPE: str

    @staticmethod
    def write(chunks: AsyncIterator[Chunk], head: BareHead) -> AsyncIterator[bytes]:
        """Give the bytes of a file."""

    @staticmethod
    async def save(chunks: AsyncIterator[Chunk], head: BareHead, file: BinaryIO) -> None:
        """Make a file whole."""


def names() -> tuple[str, ...]:
    """Return what `format` may say here: json, the answer itself, and each format of files that can be written."""
    return (JSON, *(name for name in plugins.names(ROOM) if not missing(name)))


def missing(name: str) -> list[str]:
    """Return the modules that a format needs and that are not installed."""
    needed = getattr(plugins.find(ROOM, name), "MODULES", ())
    return [module for module in needed if not _is_installed(module)]


@cache
def _is_installed(module: str) -> bool:
    """Whether there is such a module; looked for once, for to look goes through all folders of packages."""
    return importlib.util.find_spec(module) is not None


def extra(name: str) -> str | None:
    """Return the extra of ours that brings what a format needs; None: it needs none."""
    found: str | None = getattr(plugins.find(ROOM, name), "EXTRA", None)
    return found


def description(of_some: bool) -> dict[str, Any]:
    """Return the media types of all files that can be written, for the description of an address."""
    return {_media_type(name): _example(_format(name), of_some) for name in names() if name != JSON}


def chosen(request: Request, given: str | None) -> str:
    """Return the format of an answer: what `format` says, or else what `Accept` likes best; raise NotAcceptable."""
    if given is not None:
        return given
    offered = _offered()
    best = media_types.preferred(request.headers.get("accept"), tuple(offered))
    if best is None:
        raise NotAcceptable(f"Accept takes none of {', '.join(offered)}; say one of them, */* or format=.")
    return offered[best]


@cache
def _offered() -> dict[str, str]:
    """The name of a format by its media type: packages come and go while no process runs."""
    return {_media_type(name): name for name in names()}


async def whole(
    request: Request,
    database: DatabasePool,
    format: str,
    parts: Sequence[ExportPart],
    *,
    name: str,
    as_of: datetime | None,
    grid: Grid | None = None,
) -> Response:
    """Answer a whole file, streamed, that a browser keeps under a name with the `as_of` that was asked for.

    grid: the rows, where they are not those that the database holds. For HEAD it is without its content.
    """
    file = _format(format)
    known = "" if as_of is None else f"_as_of_{as_of:%Y%m%dT%H%M%S.%fZ}"
    ending = getattr(file, "ENDING", format)
    headers = HEADERS | {"content-disposition": f'attachment; filename="{name.replace(":", "_")}{known}.{ending}"'}
    if request.scope.get(IS_HEAD):
        return _described(request, file, Response(headers=headers, media_type=file.MEDIA_TYPE))
    head = await _head_of(file, request, database, parts, as_of, rule=grid.rule if grid else None)
    rows = getattr(file, "CHUNK_ROWS", CHUNK_ROWS)
    if grid is None:
        chunks = _parts.chunks(database, _reader(file), parts, rows)
    else:
        chunks = _parts.given(parts, grid.readings, getattr(file, "of_columns", lambda part, found: found), rows)
    body, length = await _bytes(file, chunks, head)
    return _described(request, file, PatientStream(body, headers=headers | length, media_type=file.MEDIA_TYPE))


async def page(
    request: Request, database: DatabasePool, format: str, part: ExportPart, *, limit: int, as_of: datetime | None
) -> tuple[Response, int | None]:
    """Answer the first `limit` observations of a part as a file, and the time [us] of the last when more may follow."""
    file = _format(format)
    head = await _head_of(file, request, database, [part], as_of)
    chunk = await _reader(file)(database, part, limit)
    body, _ = await _bytes(file, _parts.only(chunk), head)
    content = b"".join([some async for some in body])
    answer = _described(request, file, Response(content, headers=HEADERS, media_type=file.MEDIA_TYPE))
    if chunk.last is None or chunk.rows < limit:
        return answer, None
    return answer, times.to_microseconds(chunk.last)


def _format(name: str) -> Format:
    """Find a format; raise NotInstalled where it cannot be written here."""
    if lacking := missing(name):
        raise NotInstalled(
            f"{name} needs {' and '.join(lacking)}, which this centre does not have; its operator can install it: "
            f"pip install 'tailwatch[{extra(name)}]'. Without it there are {', '.join(names())}."
        )
    return cast(Format, plugins.find(ROOM, name))


async def _head_of(
    file: Format,
    request: Request,
    database: DatabasePool,
    parts: Sequence[ExportPart],
    as_of: datetime | None,
    *,
    rule: Mapping[str, Any] | None = None,
) -> BareHead:
    """Return what a format needs to know before the first row; the facility is asked for where the file says it."""
    if hasattr(file, "DESCRIBED_BY"):
        return BareHead(tuple(parts))
    return await _head.of(request, database, parts, as_of, rule)


async def _bytes(
    file: Format, chunks: AsyncIterator[Chunk], head: BareHead
) -> tuple[AsyncIterator[bytes], dict[str, str]]:
    """Return the bytes of a file, and the header with their number where that is known before the first."""
    if not hasattr(file, "save"):
        return file.write(chunks, head), {}
    made = await temporary.made(lambda box: file.save(chunks, head, box))
    return made.pieces(), {"content-length": str(made.size)}


def _described(request: Request, file: Format, answer: Response) -> Response:
    """Link an answer to what says what stands in it, where the file cannot itself (CSVW section 5.2)."""
    if beside := getattr(file, "DESCRIBED_BY", None):
        answers.link(answer, _head.address_of(request.url, beside), "describedby", _media_type(beside))
    return answer


def _reader(file: Format) -> _parts.Read:
    return cast(_parts.Read, getattr(file, "read", _parts.columns))


def _media_type(name: str) -> str:
    return answers.MEDIA_TYPE if name == JSON else _format(name).MEDIA_TYPE.partition(";")[0]


def _example(file: Format, of_some: bool) -> dict[str, Any]:
    example = getattr(file, "EXAMPLE", None)
    if example is None:
        return BINARY
    return {"example": getattr(file, "EXAMPLE_OF_SOME", example) if of_some else example}


def _known(value: object) -> str:
    if value != JSON and value not in plugins.names(ROOM):
        raise PydanticCustomError("bad-format", "give {known}", {"known": " or ".join(map(repr, names()))})
    return str(value)


# Last, as the formats import what stands above. None: not given, `chosen` decides.
Name = Annotated[str | None, BeforeValidator(_known), WithJsonSchema({"type": "string", "enum": list(names())})]
