"""GeoJSON: a point for each observation at the place of its datastream, with time, result, unit, flag and tests.

Source: RFC 7946. Coordinates are longitude and latitude (WGS 84), null where no place is known. Elevations are above
the facility's vertical datum and not above the ellipsoid, so they are no third coordinate: `metadata` has them. A whole
file ends with its closing brackets.

The features are made by the database, as the lines of CSV are.
"""

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from api.exports import Chunk, ExportPart, FileHead
from api.exports._parts import rows_of
from api.http.database import DatabasePool
from api.observations import queries
from api.observations.columns import Readings

MEDIA_TYPE: Final = "application/geo+json"
EXAMPLE: Final = (
    '{"type":"FeatureCollection","metadata":{"units":"UCUM"},"features":[\n'
    '{"type":"Feature","geometry":{"type":"Point","coordinates":[-7.73,40.16]},"properties":'
    '{"datastream":"vale:n07:vw1.level","unit":"m","phenomenon_time":"2026-05-03T14:10:00Z","result":318.42,'
    '"quality":1,"tests":null}}\n]}\n'
)
MARK: Final = "\x1e"
"""Where a feature begins in what the database makes; JSON has no such character in a text."""
FEATURES: Final = """
SELECT string_agg(concat(%(mark)s::text, replace((phenomenon_time AT TIME ZONE 'UTC')::text, ' ', 'T'), 'Z","result":',
                         coalesce(result::text, 'null'), ',"quality":', quality, ',"tests":',
                         coalesce(to_json(tests)::text, 'null'), '}}'), E',\\n'),
       max(phenomenon_time), count(*)"""


async def write(chunks: AsyncIterator[Chunk], head: FileHead) -> AsyncIterator[bytes]:
    """Give the collection with what is known of it, then the features of each chunk."""
    yield b'{"type":"FeatureCollection","metadata":' + msgspec.json.encode(head.document) + b',"features":[\n'
    separator = b""
    async for chunk in chunks:
        yield separator + chunk.content.replace(MARK.encode(), _begin(head, chunk.part))
        separator = b",\n"
    yield b"\n]}\n"


async def read(database: DatabasePool, part: ExportPart, limit: int) -> Chunk:
    """Read the features of the first `limit` observations of a part, each from its time on."""
    asked = queries.values(part.datastream, part.window, part.quality) | {"limit": limit, "mark": MARK}
    features, last, count = await database.tuple(FEATURES + queries.page(part.window), asked)
    return Chunk(part, (features or "").encode(), last, count)


def of_columns(part: ExportPart, found: Readings) -> bytes:
    """Return the features of columns that are at hand."""
    encoded = (
        time.encode() + b'","' + msgspec.json.encode({"result": result, "quality": flag, "tests": tests})[2:] + b"}"
        for time, result, flag, tests in rows_of(found)
    )
    return b",\n".join(MARK.encode() + one for one in encoded)


def _begin(head: FileHead, part: ExportPart) -> bytes:
    """What all features of a datastream have before the time."""
    place = head.place(part)
    point = None if place.lon is None else {"type": "Point", "coordinates": [place.lon, place.lat]}
    named = {"datastream": part.datastream.name, "unit": part.datastream.unit, "phenomenon_time": ""}
    feature = {"type": "Feature", "geometry": point, "properties": named}
    return msgspec.json.encode(feature).removesuffix(b'"}}')
