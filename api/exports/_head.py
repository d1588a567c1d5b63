"""What a file says of itself: the facility as its file was in force, places, licence, citation, and as of when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from fastapi import Request
from fastapi.datastructures import URL

from api.exports._parts import ExportPart
from api.http import public_address, times
from api.http.database import DatabasePool
from api.observations.window import observed
from tailings import file_metadata
from tailings.instants import rfc3339

FORMAT: Final = re.compile(r"(^|&)format=[^&]*")
# The version in force at `as_of`; where none was applied by then, the present one. It names itself in the file. The
# document of a large facility has hundreds of kilobytes and is unpacked at each look: one look takes all.
IN_FORCE: Final = """
SELECT coalesce(one.name, said.name) AS name, version, hash,
       jsonb_build_object('licence', said.licence, 'operator', said.operator, 'crs', said.crs, 'region', said.region,
                          'location', said.location, 'vertical_datum', said.vertical_datum) AS document,
       (SELECT jsonb_object_agg(node, said.nodes #> ARRAY[node, 'position'])
        FROM unnest(%(nodes)s::text[]) node) AS positions,
       (SELECT jsonb_object_agg(instrument, said.instruments #> ARRAY[instrument, 'geometry'])
        FROM unnest(%(instruments)s::text[]) instrument) AS tips
FROM (
    (SELECT 0 AS place, version, hash, document, NULL AS name FROM facility_version
     WHERE facility_id = %(facility)s AND applied_at <= %(as_of)s ORDER BY id DESC LIMIT 1)
    UNION ALL SELECT 1, version, hash, document, name FROM facility WHERE id = %(facility)s
    ORDER BY place LIMIT 1
) one CROSS JOIN LATERAL jsonb_to_record(one.document) AS said (
    name text, licence jsonb, operator jsonb, crs jsonb, region jsonb, location jsonb, vertical_datum jsonb,
    nodes jsonb, instruments jsonb
)
"""


class FacilityBeside(NamedTuple):
    """A facility as its file described it: of the document, what stands beside observations."""

    name: str
    version: int
    hash: str
    document: Mapping[str, Any]
    positions: Mapping[str, Any]
    tips: Mapping[str, Any]


@dataclass(frozen=True)
class BareHead:
    """What stands in a file: all that a format needs which says nothing of itself."""

    parts: tuple[ExportPart, ...]

    @property
    def is_named(self) -> bool:
        """Whether the file is of several datastreams, so that each row names its own."""
        return self.parts[0].is_named


@dataclass(frozen=True)
class FileHead(BareHead):
    """What is known of a file before its first observation.

    known_at: `as_of`, or the moment of the question; address: where it was asked for; aligned: the rule by which its
    rows stand on one grid, None where they are as observed.
    """

    facility: FacilityBeside
    as_of: datetime | None
    known_at: datetime
    address: str
    aligned: Mapping[str, Any] | None = None

    @property
    def licence(self) -> str:
        """The licence of the facility's data; '' where none is stated."""
        return self.facility.document.get("licence") or ""

    @property
    def title(self) -> str:
        """What the file is of."""
        return f"{self.facility.name}: {', '.join(part.datastream.name for part in self.parts)}"

    @property
    def creator(self) -> str:
        """Whose data they are."""
        return self.facility.document.get("operator") or self.facility.name

    @cached_property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when it has observations: what was asked for, as far as there can be any; all where none can."""
        found = []
        for window, coverage in ((part.window, part.datastream.coverage) for part in self.parts):
            span = observed(window, coverage)
            if coverage.last is not None and span.start < span.end:
                found.append((span.start, min(span.end, coverage.last)))
        starts, ends = zip(*(found or [(part.window.start, part.window.end) for part in self.parts]), strict=True)
        return min(starts), max(ends)

    @cached_property
    def citation(self) -> str:
        """The line by which it is cited."""
        start, end = self.span
        return file_metadata.citation(
            self.facility.name,
            self.facility.document.get("operator"),
            [part.datastream.name for part in self.parts],
            (rfc3339(start), rfc3339(end)),
            known_at=rfc3339(self.known_at),
            address=self.address,
        )

    def address_of(self, format: str) -> str:
        """Return where the same question is answered in another format."""
        return address_of(URL(self.address), format)

    def place(self, part: ExportPart) -> file_metadata.MeasuringPlace:
        """Where a datastream is measured; of the tip, where it was at the end of the file."""
        one = part.datastream
        position = self.facility.positions.get(one.node)
        tips = self.facility.tips.get(f"{one.node}:{one.instrument}")
        return file_metadata.place(self.facility.document, position, tips, self.span[1])

    @cached_property
    def document(self) -> dict[str, Any]:
        """All of it, for formats that take a JSON document beside the rows."""
        datastreams = {
            part.datastream.name: {
                **file_metadata.of_datastream(
                    part.datastream.quantity, part.datastream.unit, part.datastream.formula, part.datastream.origin
                ),
                "place": self.place(part)._asdict(),
            }
            for part in self.parts
        }
        facility = self.facility
        return {
            **file_metadata.of_facility(self.parts[0].datastream.facility, facility.name, facility.document),
            "datastreams": datastreams,
            "version": facility.version,
            "hash": facility.hash,
            "as_of": None if self.as_of is None else rfc3339(self.as_of),
            "known_at": rfc3339(self.known_at),
            "aligned": self.aligned,
            "citation": self.citation,
            "address": self.address,
        }


def address_of(url: URL, format: str) -> str:
    """Return where the same question is answered in a format; without host, as proxies may stand before.

    The rest of the address stays to the letter: what describes a CSV names it by its address.
    """
    query, named = FORMAT.subn(rf"\g<1>format={format}", url.query, count=1)
    more = "" if named else f"{'&' if query else ''}format={format}"
    return f"{url.path}?{query}{more}"


async def of(
    request: Request,
    database: DatabasePool,
    parts: Sequence[ExportPart],
    as_of: datetime | None,
    aligned: Mapping[str, Any] | None = None,
) -> FileHead:
    """Return what a file of these parts says of itself."""
    asked = {
        "facility": parts[0].datastream.facility,
        "as_of": as_of,
        "nodes": sorted({part.datastream.node for part in parts}),
        "instruments": sorted({f"{part.datastream.node}:{part.datastream.instrument}" for part in parts}),
    }
    (facility,) = await database.in_order(FacilityBeside, IN_FORCE, asked)
    return FileHead(tuple(parts), facility, as_of, as_of or times.now(), public_address.whole(request), aligned=aligned)
