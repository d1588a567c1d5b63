"""Comma-separated values with a header: a row each observation, and the unit in each row.

Source: RFC 4180 (lines end with CRLF, fields are quoted where they must be); the parameter `header` of its media type.

The lines are made by the database: one Python object a chunk, and the api's own thread stays free.
"""

from collections.abc import AsyncIterator
from typing import Final

from api.exports import BareHead, Chunk, ExportPart
from api.exports._parts import rows_of
from api.http.database import DatabasePool
from api.observations import queries
from api.observations.columns import Readings
from tailings import csv_text

MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
DESCRIBED_BY: Final = "csvw"
HEADER: Final = "phenomenon_time,result,unit,quality,tests\r\n"
EXAMPLE: Final = HEADER + "2026-05-03T14:10:00Z,318.42,m,1,\r\n"
EXAMPLE_OF_SOME: Final = f"datastream,{HEADER}vale:n07:vw1.level,2026-05-03T14:10:00Z,318.42,m,1,\r\n"
LINES: Final = """
SELECT string_agg(concat(%(name)s::text, replace((phenomenon_time AT TIME ZONE 'UTC')::text, ' ', 'T'), 'Z,', result,
                         %(unit)s::text, quality, ',',
                         CASE WHEN tests ~ '^[=+@-]|[",\\t\\r\\n]'
                              THEN '"' || CASE WHEN tests ~ '^[=+@\\t\\r\\n-]' THEN '''' ELSE '' END
                                   || replace(tests, '"', '""') || '"'
                              ELSE tests END,
                         E'\\r\\n'), ''),
       max(phenomenon_time), count(*)"""


async def write(chunks: AsyncIterator[Chunk], head: BareHead) -> AsyncIterator[bytes]:
    """Give the header, then the lines of each chunk."""
    yield (f"datastream,{HEADER}" if head.is_named else HEADER).encode()
    async for chunk in chunks:
        yield chunk.content


async def read(database: DatabasePool, part: ExportPart, limit: int) -> Chunk:
    """Read the lines of the first `limit` observations of a part."""
    datastream = part.datastream
    asked = queries.values(datastream, part.window, part.quality) | {
        "limit": limit,
        "name": f"{_field(datastream.name)}," if part.is_named else "",
        "unit": f",{_field(datastream.unit)},",
    }
    lines, last, count = await database.tuple(LINES + queries.page(part.window), asked)
    return Chunk(part, (lines or "").encode(), last, count)


def of_columns(part: ExportPart, found: Readings) -> bytes:
    """Return the lines of columns that are at hand."""
    named = [part.datastream.name] if part.is_named else []
    unit = part.datastream.unit
    return csv_text.text(
        [*named, time, result, unit, flag, tests] for time, result, flag, tests in rows_of(found)
    ).encode()


def _field(text: str) -> str:
    return csv_text.text([[text]]).removesuffix("\r\n")
