"""Geometries that a caller draws (WKT) against points, by the geometric types of PostgreSQL: planar, in degrees.

What is here is a point, so that each relation of OGC 06-103r4 becomes one question about a point and a shape. The types
of PostgreSQL take as equal what is nearer than 1e-6: 0.1 m on the ground.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from api.http.errors import BadSyntax, NotSupported, shown

WKT: Final = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON)\s*(?:Z\s*)?\((.*)\)\s*", re.IGNORECASE | re.DOTALL
)
ANY_WKT: Final = re.compile(r"\s*(?:MULTI\w+|GEOMETRYCOLLECTION|CIRCULARSTRING|CURVEPOLYGON)\b", re.IGNORECASE)
RING: Final = re.compile(r"\s*\(([^()]*)\)\s*(?:,|$)")
MAX_POINTS: Final = 1_000
NEAR: Final = "1e-9"
"""Degrees between a point and a line that it lies on."""


class DrawnGeometry(NamedTuple):
    """A drawn geometry: its kind, and its rings or lines as the texts of PostgreSQL have their points."""

    kind: str
    lines: tuple[str, ...]
    ends: tuple[str, ...] = ()
    """The two ends of a line string."""


def parse(text: str) -> DrawnGeometry:
    """Return a WKT text as a shape; raise BadSyntax or NotSupported."""
    if ANY_WKT.match(text):
        raise NotSupported(f"{shown(text)}: a geometry is a POINT, LINESTRING or POLYGON here.")
    found = WKT.fullmatch(text)
    if found is None:
        raise BadSyntax(f"{shown(text)} is no WKT; write for example geography'POINT(-7.73 40.16)'.")
    kind, inside = found[1].upper(), found[2]
    if kind != "POLYGON":
        points = _points(inside, 1 if kind == "POINT" else 2)
        if kind == "POINT" and len(points) > 1:
            raise BadSyntax(f"{shown(text)}: a POINT has one point.")
        return DrawnGeometry(kind, (",".join(points),), (points[0], points[-1]))
    rings = RING.findall(inside)
    if not rings or RING.sub("", inside).strip():
        raise BadSyntax(f"{shown(text)}: a POLYGON has its rings in brackets of their own: POLYGON((0 0,1 0,1 1,0 0)).")
    return DrawnGeometry(kind, tuple(",".join(_ring(ring)) for ring in rings))


def _ring(text: str) -> list[str]:
    points = _points(text, 4)
    if points[0] != points[-1]:
        raise BadSyntax(f"The ring {shown(text)} must end where it begins.")
    return points


def _points(text: str, at_least: int) -> list[str]:
    pairs = [pair.split() for pair in text.split(",")]
    if not at_least <= len(pairs) <= MAX_POINTS:
        raise BadSyntax(f"{shown(text)} must have {at_least} to {MAX_POINTS} points.")
    try:
        numbers = [(float(pair[0]), float(pair[1])) for pair in pairs if len(pair) in (2, 3)]
    except ValueError as error:
        raise BadSyntax(f"{shown(text)} must be pairs of numbers, longitude first: -7.73 40.16.") from error
    if len(numbers) != len(pairs) or not all(abs(x) <= 360 and abs(y) <= 90 for x, y in numbers):
        raise BadSyntax(f"{shown(text)} must be longitudes and latitudes in degrees: -7.73 40.16.")
    return [f"({x!r},{y!r})" for x, y in numbers]


Bind = Callable[[object], str]


def intersects(point: str, shape: DrawnGeometry, bind: Bind) -> str:
    """Return the SQL of: the point lies in the shape, its border included."""
    if shape.kind == "POINT":
        return f"({point} ~= {bind(shape.lines[0])}::point)"
    if shape.kind == "LINESTRING":
        return f"({_distance_to_line(point, shape, bind)} < {NEAR})"
    outer, *holes = shape.lines
    inside = [f"{bind(f'({outer})')}::polygon @> {point}"]
    inside += [
        f"NOT ({bind(f'({hole})')}::polygon @> {point} AND ({bind(f'({hole})')}::path <-> {point}) >= {NEAR})"
        for hole in holes
    ]
    return f"({' AND '.join(inside)})"


def touches(point: str, shape: DrawnGeometry, bind: Bind) -> str:
    """Return the SQL of: the point lies on the border of the shape; a point has none."""
    if shape.kind == "POINT":
        return f"({point} IS NOT NULL AND false)"
    if shape.kind == "LINESTRING":
        return "(" + " OR ".join(f"{point} ~= {bind(end)}::point" for end in shape.ends) + ")"
    return "(" + " OR ".join(f"({bind(f'({ring})')}::path <-> {point}) < {NEAR}" for ring in shape.lines) + ")"


def within(point: str, shape: DrawnGeometry, bind: Bind) -> str:
    """Return the SQL of: the point lies in the shape and not on its border."""
    return f"({intersects(point, shape, bind)} AND NOT {touches(point, shape, bind)})"


def distance(point: str, shape: DrawnGeometry, bind: Bind) -> str:
    """Return the SQL of the distance in degrees, 0 within."""
    if shape.kind == "POINT":
        return f"({point} <-> {bind(shape.lines[0])}::point)"
    if shape.kind == "LINESTRING":
        return _distance_to_line(point, shape, bind)
    lines = ", ".join(f"{bind(f'({ring})')}::path <-> {point}" for ring in shape.lines)
    return f"(CASE WHEN {intersects(point, shape, bind)} THEN 0 ELSE least({lines}) END)"


def length(shape: DrawnGeometry, bind: Bind) -> str:
    """Return the SQL of the length of a line string in degrees; other shapes have none."""
    return f"(@-@ {bind(f'[{shape.lines[0]}]')}::path)" if shape.kind == "LINESTRING" else "0"


def _distance_to_line(point: str, shape: DrawnGeometry, bind: Bind) -> str:
    return f"({bind(f'[{shape.lines[0]}]')}::path <-> {point})"


RELATIONS: Final[dict[str, Callable[[str, DrawnGeometry, Bind], str]]] = {
    "geo.intersects": intersects,
    "st_intersects": intersects,
    "st_disjoint": lambda point, shape, bind: f"(NOT {intersects(point, shape, bind)})",
    "st_within": within,
    "st_contains": lambda point, shape, bind: _equal(point, shape, bind),
    "st_equals": lambda point, shape, bind: _equal(point, shape, bind),
    "st_touches": touches,
    "st_overlaps": lambda point, shape, bind: f"({point} IS NOT NULL AND false)",
    "st_crosses": lambda point, shape, bind: f"({point} IS NOT NULL AND false)",
}
"""Each with the point first; one point overlaps and crosses nothing (they ask for parts inside and outside)."""
TURNED: Final = {"st_within": "st_contains", "st_contains": "st_within"}
"""The relation when the shape is said first, where it is another one."""


def _equal(point: str, shape: DrawnGeometry, bind: Bind) -> str:
    return intersects(point, shape, bind) if shape.kind == "POINT" else f"({point} IS NOT NULL AND false)"
