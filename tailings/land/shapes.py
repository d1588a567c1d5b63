"""Shapes of a layer: points, lines or areas in degrees, checked, and as well-known binary, in which they are stored.

Sources: RFC 7946 (GeoJSON: section 3.1.1, an edge is straight in degrees); OGC 06-103 (well-known binary).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from tailings.register import geometry
from tailings.register.geometry import BadGeometry
from tailings.series import Values

Form = Literal["point", "line", "area"]
FORMS: Final[dict[str, Form]] = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}
MULTI: Final[dict[Form, int]] = {"point": 4, "line": 5, "area": 6}
NAMES: Final[dict[Form, str]] = {"point": "MultiPoint", "line": "MultiLineString", "area": "MultiPolygon"}
LEAST_POINTS: Final[dict[Form, int]] = {"point": 1, "line": 2, "area": 4}
"""Of a part; the last point of a ring is its first."""
MAX_POINTS: Final = 500_000
"""Of one shape: a coastline has as many."""
Part = tuple[Values, ...]
Bounds = tuple[float, float, float, float]
"""West, south, east, north."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """parts: of an area each polygon with its rings, holes behind the first; of a line or points one array each (n, 2).

    A place lies in an area where it lies in any of its polygons.
    """

    form: Form
    parts: tuple[Part, ...]

    @property
    def bounds(self) -> Bounds:
        """Its box."""
        points = self.points
        (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
        return float(west), float(south), float(east), float(north)

    @property
    def points(self) -> Values:
        """All its points, one below the other."""
        return np.concatenate([ring for part in self.parts for ring in part])


def read(kind: str, coordinates: Any) -> Shape:
    """A shape whose coordinates are lists of degrees as in GeoJSON; raises BadGeometry."""
    found = parsed(kind, coordinates)
    _check_degrees(found)
    return found


def parsed(kind: str, coordinates: Any) -> Shape:
    """A shape of any reference system; raises BadGeometry."""
    form = FORMS.get(kind)
    if form is None:
        raise BadGeometry(f"{str(kind)[:40]} is none of {', '.join(FORMS)}")
    many = coordinates if kind.startswith("Multi") else [coordinates]
    try:
        parts = tuple(_part(form, one) for one in many)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise BadGeometry(f"{kind} has no coordinates that can be read") from error
    if not parts or not all(parts):
        raise BadGeometry(f"{kind} has no coordinates")
    found = Shape(form, parts)
    _check(found)
    return found


def _part(form: Form, given: Any) -> Part:
    if form == "point":
        return (_pairs([given]),)
    return tuple(map(_pairs, given)) if form == "area" else (_pairs(given),)


def _pairs(given: Sequence[Any]) -> Values:
    """Longitudes and latitudes; heights are left out."""
    found = np.array([(point[0], point[1]) for point in given], np.float64)
    if found.ndim != 2:
        raise ValueError("no pairs")
    return found


def _check(one: Shape) -> None:
    lines = [line for part in one.parts for line in part]
    if sum(map(len, lines)) > MAX_POINTS:
        raise BadGeometry(f"the shape has more than {MAX_POINTS} points; take a coarser scale")
    if min(map(len, lines)) < LEAST_POINTS[one.form]:
        raise BadGeometry(f"a part of the shape has fewer than {LEAST_POINTS[one.form]} points")
    if one.form == "area" and not all(np.array_equal(ring[0], ring[-1]) for ring in lines):
        raise BadGeometry("a ring is not closed; its last point has to be its first")


def in_degrees(one: Shape, turned: Callable[[Values], Values]) -> Shape:
    """A shape of another reference system, whose points `turned` gives in degrees; raises BadGeometry."""
    points, at = turned(one.points), 0
    parts = []
    for part in one.parts:
        rings = []
        for ring in part:
            rings.append(points[at : at + len(ring)])
            at += len(ring)
        parts.append(tuple(rings))
    found = Shape(one.form, tuple(parts))
    _check_degrees(found)
    return found


def _check_degrees(one: Shape) -> None:
    points = one.points
    if not np.isfinite(points).all() or (np.abs(points) > (180.0, 90.0)).any():
        raise BadGeometry("a point is no longitude and latitude in degrees; write the file in WGS 84 (EPSG:4326)")


def to_binary(one: Shape) -> bytes:
    """As it is stored: little-endian, two dimensions, a shape of several parts."""
    parts = b"".join(_binary(one.form, part) for part in one.parts)
    return _head(MULTI[one.form]) + struct.pack("<I", len(one.parts)) + parts


def _head(kind: int) -> bytes:
    return struct.pack("<BI", 1, kind)


def _binary(form: Form, part: Part) -> bytes:
    head = _head(MULTI[form] - 3)
    if form == "point":
        return head + _little(part[0])
    if form == "line":
        return head + struct.pack("<I", len(part[0])) + _little(part[0])
    return head + struct.pack("<I", len(part)) + b"".join(struct.pack("<I", len(ring)) + _little(ring) for ring in part)


def _little(points: Values) -> bytes:
    return points.astype("<f8").tobytes()


def of_binary(data: bytes) -> Shape:
    """Read what `to_binary` wrote."""
    kind, coordinates = geometry.well_known(data)
    form = FORMS[kind]
    return Shape(form, tuple(_part(form, one) for one in coordinates))


def coordinates(one: Shape) -> dict[str, Any]:
    """As a geometry of GeoJSON."""
    lists: list[Any] = [[ring.tolist() for ring in part] for part in one.parts]
    if one.form == "point":
        lists = [part[0][0] for part in lists]
    elif one.form == "line":
        lists = [part[0] for part in lists]
    return {"type": NAMES[one.form], "coordinates": lists}
