"""A register out again in our own columns: CSV, GeoJSON and GeoPackage. What is written is read back as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from tailings import csv_text, geopackages
from tailings.geopackages import GeopackageLayer
from tailings.mapped_tables.coordinates import ANGLES
from tailings.mapped_tables.faults import CellFault
from tailings.register import geometry
from tailings.register.columns import COLUMNS, OF_REGISTER
from tailings.register.places import DECIMALS
from tailings.register.values import Value, Values

NAMES: Final = tuple(one.name for one in COLUMNS)
BESIDE: Final = tuple(name for name in NAMES if name not in ANGLES)
"""Those beside the place."""
TYPES: Final = {"number": "REAL", "year": "INTEGER", "day": "DATE"}


class ExportedFacility(Struct, frozen=True):
    """A stored row and the register that it is of."""

    register: str
    title: str
    day: str
    licence: str
    values: Values
    is_gone: bool = False

    @property
    def of_register(self) -> tuple[str, ...]:
        """What stands in the columns of OF_REGISTER."""
        return self.register, self.title, self.day, self.licence, "yes" if self.is_gone else "no"


def csv(rows: Iterable[ExportedFacility]) -> bytes:
    """A heading and a line a facility."""
    lines = ([*(_in_text(name, one.values.get(name)) for name in NAMES), *one.of_register] for one in rows)
    return csv_text.text([[*NAMES, *OF_REGISTER], *lines]).encode()


def refused(faults: Iterable[CellFault]) -> bytes:
    """What was refused by the row of its file: field, reason, and what helps."""
    lines = ((one.row, one.column, *_reason(one.fault)) for one in faults)
    return csv_text.text([("row", "field", "reason", "fix"), *lines]).encode()


def _reason(fault: str) -> tuple[str, str]:
    reason, _, fix = fault.partition("; ")
    return reason, fix


def _in_text(name: str, value: Value | None) -> Value | None:
    """An angle without an exponent, which nobody writes degrees with."""
    return value if value is None or name not in ANGLES else f"{value:.{DECIMALS}f}"


def geojson(rows: Iterable[ExportedFacility]) -> bytes:
    """A FeatureCollection with a feature a line, so that the line of one is its row."""
    features = b",\n".join(msgspec.json.encode(_feature(one)) for one in rows)
    return b'{"type":"FeatureCollection","features":[\n' + features + b"\n]}\n"


def _feature(one: ExportedFacility) -> dict[str, Any]:
    place = [one.values[name] for name in ANGLES if name in one.values]
    properties = {name: one.values.get(name) for name in BESIDE} | dict(zip(OF_REGISTER, one.of_register, strict=True))
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place} if place else None,
        "properties": properties,
    }


def geopackage(rows: Sequence[ExportedFacility], at: str) -> bytes:
    """One layer, facilities; at: when it is made, RFC 3339."""
    columns = [(one.name, TYPES.get(one.kind, "TEXT")) for one in COLUMNS if one.name not in ANGLES]
    columns += [(name, "TEXT") for name in OF_REGISTER]
    layer = GeopackageLayer("facilities", "POINT", columns, _extent(rows))
    return geopackages.written(layer, _records(rows), at)


def _records(rows: Iterable[ExportedFacility]) -> Iterator[Sequence[Any]]:
    for number, one in enumerate(rows, 1):
        place = [float(one.values[name]) for name in ANGLES if name in one.values]
        blob = geometry.to_geopackage(place[0], place[1], geopackages.SRS) if place else None
        yield number, blob, *(one.values.get(name) for name in BESIDE), *one.of_register


def _extent(rows: Iterable[ExportedFacility]) -> Sequence[float | None]:
    """West, south, east, north of all places."""
    places = [[float(one.values[name]) for name in ANGLES] for one in rows if ANGLES[0] in one.values]
    if not places:
        return None, None, None, None
    x, y = zip(*places, strict=True)
    return min(x), min(y), max(x), max(y)
