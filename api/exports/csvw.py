"""CSVW, what stands in the CSV of the same question: its columns, units, place, licence, citation and number of rows.

Source: W3C "Metadata Vocabulary for Tabular Data" (2015) and "Model for Tabular Data and Metadata on the Web" section
5.2: the CSV links to it as `describedby`, and it names the address of the CSV.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import msgspec

from api.exports import Chunk, ExportPart, FileHead
from api.http import times
from api.http.database import DatabasePool
from api.observations import queries
from api.observations.columns import Readings
from tailings import file_metadata
from tailings.file_metadata import MeasuringPlace
from tailings.instants import rfc3339
from wire import quality

MEDIA_TYPE: Final = "application/csvm+json"
ENDING: Final = "csv-metadata.json"
CHUNK_ROWS: Final = 1_000_000
CONTEXT: Final = "http://www.w3.org/ns/csvw"
EXAMPLE: Final = '{"@context":"http://www.w3.org/ns/csvw","url":"...?format=csv","dc:extent":1440}'
COUNT: Final = """
SELECT min(phenomenon_time), max(phenomenon_time), count(*)"""
COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "datastream": {"datatype": "string", "required": True},
    "phenomenon_time": {"datatype": "dateTime", "required": True},
    "result": {"datatype": "double"},
    "unit": {"datatype": "string", "required": True},
    "quality": {
        "datatype": {"base": "integer", "minimum": quality.PASS, "maximum": quality.MISSING},
        "required": True,
        "dc:description": ", ".join(f"{flag} {meaning}" for flag, meaning in quality.FLAGS),
        "dc:conformsTo": file_metadata.SCHEME,
    },
    "tests": {"datatype": "string"},
}


async def write(chunks: AsyncIterator[Chunk], head: FileHead) -> AsyncIterator[bytes]:
    """Give the document, once all rows are counted."""
    rows, instants = 0, []
    async for chunk in chunks:
        rows += chunk.rows
        instants += [chunk.content, chunk.last] if chunk.rows else []
    covered = {"dc:temporal": "/".join(map(rfc3339, (min(instants), max(instants))))} if instants else {}
    yield msgspec.json.encode(document(head) | {"dc:extent": rows, **covered})


async def read(database: DatabasePool, part: ExportPart, limit: int) -> Chunk:
    """Count the first `limit` observations of a part; the content is the time of the first."""
    asked = queries.values(part.datastream, part.window, part.quality) | {"limit": limit}
    first, last, count = await database.tuple(COUNT + queries.page(part.window), asked)
    return Chunk(part, first, last, count)


def of_columns(part: ExportPart, found: Readings) -> datetime:
    """Return the time of the first of columns that are at hand."""
    return times.from_microseconds(int(found.time_us[0]))


def document(head: FileHead) -> dict[str, Any]:
    """Return what is known of the CSV before its rows are counted."""
    names = [name for name in COLUMNS if head.is_named or name != "datastream"]
    facility = head.facility
    return {
        "@context": CONTEXT,
        "url": head.address_of("csv"),
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [{"name": name, "titles": name, **COLUMNS[name]} for name in names],
            "primaryKey": [name for name in ("datastream", "phenomenon_time") if name in names],
        },
        "dc:title": head.title,
        "dc:creator": head.creator,
        "dc:license": head.licence,
        "dc:bibliographicCitation": head.citation,
        "dc:issued": rfc3339(head.known_at),
        "schema:identifier": facility.hash,
        "schema:version": facility.version,
        **({"schema:measurementTechnique": msgspec.json.encode(head.aligned).decode()} if head.aligned else {}),
        "schema:variableMeasured": [_measured(head, part) for part in head.parts],
    }


def _measured(head: FileHead, part: ExportPart) -> dict[str, Any]:
    """A datastream: unit, definition and place, of these what is known."""
    known = head.document["datastreams"][part.datastream.name]
    return _told(
        {
            "@type": "schema:PropertyValue",
            "schema:name": part.datastream.name,
            "schema:alternateName": part.datastream.quantity,
            "schema:propertyID": known["definition"],
            "schema:unitText": part.datastream.unit,
            "schema:measurementTechnique": part.datastream.formula,
            "schema:valueReference": _place(head.place(part)),
        }
    )


def _place(place: MeasuringPlace) -> dict[str, Any] | None:
    if place.lon is None and place.elevation_m is None:
        return None
    return _told(
        {
            "@type": "schema:GeoCoordinates",
            "schema:longitude": place.lon,
            "schema:latitude": place.lat,
            "schema:elevation": place.elevation_m,
            "schema:additionalType": " ".join(filter(None, (place.crs, place.vertical_datum))),
            "schema:name": " ".join(filter(None, (place.location_of, place.elevation_of))),
        }
    )


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """CSVW knows no null."""
    return {key: value for key, value in values.items() if value not in (None, "")}
