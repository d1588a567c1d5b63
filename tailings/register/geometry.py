"""Shapes of GeoJSON and of GeoPackage as one point: a point itself, the centre of an area, the middle of a line.

Sources: RFC 7946; OGC 12-128 (GeoPackage 1.3, section 2.1.3: header); OGC 06-103 (well-known binary).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tailings.series import Values

Point = tuple[float, float]
KINDS: Final = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
"""By the numbers of well-known binary, from 1."""
DEPTHS: Final = {"Point": 1, "LineString": 2, "MultiPoint": 2, "Polygon": 3, "MultiLineString": 3, "MultiPolygon": 4}
"""How deep the numbers of each stand in lists."""
MAGIC: Final = b"GP"
ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)
EMPTY: Final = 0x10
HAS_Z, HAS_M = 0x80000000, 0x40000000
"""Of PostGIS' extended form; the standard adds 1000 and 2000 to the kind."""


class BadGeometry(ValueError):
    """A shape that cannot be read; the sentence says why."""


def centre(kind: str, coordinates: Any) -> Point:
    """The point of a shape, whose coordinates are lists as in GeoJSON; raises BadGeometry."""
    if kind not in KINDS:
        raise BadGeometry(f"{str(kind)[:40]} is no point and no area")
    try:
        if kind == "Point":
            found = np.asarray(coordinates[:2], float)
        elif kind in ("Polygon", "MultiPolygon"):
            found = _centre_of_areas([coordinates] if kind == "Polygon" else coordinates)
        else:
            found = _middle(coordinates, DEPTHS[kind])
        x, y = found
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise BadGeometry(f"{kind} has no coordinates that can be read") from error
    if not np.isfinite(found).all():
        raise BadGeometry(f"{kind} has no finite coordinates")
    return float(x), float(y)


def _centre_of_areas(polygons: Sequence[Sequence[Any]]) -> Values:
    """By the areas of all rings; those behind the first of a polygon are holes."""
    total, moment = 0.0, np.zeros(2)
    for polygon in polygons:
        for number, ring in enumerate(polygon):
            area, middle = _ring(np.asarray([point[:2] for point in ring], float))
            sign = 1.0 if number == 0 else -1.0
            total, moment = total + sign * area, moment + sign * area * middle
    if total <= 0:
        return _middle(polygons, DEPTHS["MultiPolygon"])
    centre_: Values = moment / total
    return centre_


def _ring(points: Values) -> tuple[float, Values]:
    """Area and centre of a ring, counted from its first point, so that digits are not lost."""
    at = points - points[0]
    (x0, y0), (x1, y1) = at[:-1].T, at[1:].T
    cross = x0 * y1 - x1 * y0
    area = cross.sum() / 2
    if area == 0:
        return 0.0, points[0]
    middle = np.array([((x0 + x1) * cross).sum(), ((y0 + y1) * cross).sum()]) / (6 * area)
    return abs(float(area)), points[0] + middle


def _middle(coordinates: Any, depth: int) -> Values:
    points = [coordinates]
    for _ in range(depth - 1):
        points = [inner for outer in points for inner in outer]
    mean: Values = np.asarray([point[:2] for point in points], float).mean(axis=0)
    return mean


def of_geopackage(blob: bytes) -> Point | None:
    """The point of a geometry as GeoPackage stores it; None: it is empty. Raises BadGeometry."""
    found = shape_of_geopackage(blob)
    return None if found is None else centre(*found)


def shape_of_geopackage(blob: bytes) -> tuple[str, Any] | None:
    """Kind and coordinates, as in GeoJSON, of a geometry of a GeoPackage; None: it is empty. Raises BadGeometry."""
    if len(blob) < 8 or blob[:2] != MAGIC:
        raise BadGeometry("the geometry has no GeoPackage header")
    flags = blob[3]
    if flags & EMPTY:
        return None
    envelope = flags >> 1 & 7
    if envelope >= len(ENVELOPE_BYTES):
        raise BadGeometry("the geometry has an envelope that there is not")
    return well_known(blob, 8 + ENVELOPE_BYTES[envelope])


def well_known(data: bytes, at: int = 0) -> tuple[str, Any]:
    """Kind and coordinates, as in GeoJSON, of well-known binary; raises BadGeometry."""
    try:
        kind, coordinates, _ = _shape(data, at)
    except (struct.error, IndexError) as error:
        raise BadGeometry("the geometry ends before its points") from error
    return kind, coordinates


def _shape(data: bytes, at: int, depth: int = 0) -> tuple[str, Any, int]:
    """Kind and coordinates of well-known binary, and where it ends."""
    order = "<" if data[at] == 1 else ">"
    (code,) = struct.unpack_from(f"{order}I", data, at + 1)
    plain = code & ~(HAS_Z | HAS_M)
    flat, extra = plain % 1000, plain // 1000
    size = 2 + (extra in (1, 3)) + (extra in (2, 3)) + bool(code & HAS_Z) + bool(code & HAS_M)
    if not 1 <= flat <= len(KINDS) or depth > 1:
        raise BadGeometry(f"the geometry is of kind {plain}: no point and no area")
    kind, at = KINDS[flat - 1], at + 5
    if kind == "Point":
        return kind, struct.unpack_from(f"{order}{size}d", data, at), at + 8 * size
    (count,) = struct.unpack_from(f"{order}I", data, at)
    at, parts = at + 4, []
    if kind == "LineString":
        points, at = _points(data, at, count, order, size)
        return kind, points, at
    for _ in range(count):
        if kind == "Polygon":
            (length,) = struct.unpack_from(f"{order}I", data, at)
            part, at = _points(data, at + 4, length, order, size)
        else:
            _, part, at = _shape(data, at, depth + 1)
        parts.append(part)
    return kind, parts, at


def _points(data: bytes, at: int, count: int, order: str, size: int) -> tuple[list[Any], int]:
    end = at + 8 * size * count
    if end > len(data):
        raise BadGeometry("the geometry ends before its points")
    return np.frombuffer(data[at:end], f"{order}f8").reshape(count, size).tolist(), end


def to_geopackage(longitude: float, latitude: float, srs: int) -> bytes:
    """A point as GeoPackage stores it, in little-endian order and without an envelope."""
    return MAGIC + struct.pack("<BBi", 0, 1, srs) + struct.pack("<BIdd", 1, 1, longitude, latitude)
