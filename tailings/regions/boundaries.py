"""Polygons of regions from a GeoJSON file of any publisher: which property is the code, and what cannot be meant.

GISCO's NUTS (NUTS_ID, NAME_LATN) are such a file; its licence is no open one, so none comes with Tailwatch. Coordinates
are degrees, WGS 84 (RFC 7946).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
MAX_REGIONS: Final = 20_000
MAX_POINTS: Final = 5_000_000
LEAST_POINTS: Final = 4
"""Of a ring, whose last point is its first."""
KINDS: Final = ("Polygon", "MultiPolygon")
Ring = tuple[float, ...]
"""Longitude and latitude of each point, one after the other."""


class BadBoundaries(ValueError):
    """A file that is none of regions; the sentence names feature, reason and fix."""


class Region(Struct, frozen=True):
    """One region; a place lies in it where a ray crosses its rings an odd number of times."""

    code: str
    name: str
    rings: tuple[Ring, ...]


class Boundaries(Struct, frozen=True):
    """All regions of one file, with what its publisher says."""

    title: str
    licence: str
    day: dt.date
    regions: tuple[Region, ...]

    def name_of(self, code: str) -> str:
        """The name of a region; "" for a code that is none of these."""
        return next((one.name for one in self.regions if one.code == code), "")


def encoded(found: Boundaries) -> bytes:
    """As the file that the api reads."""
    return msgspec.json.encode(found)


def decoded(content: bytes) -> Boundaries:
    """Read what `encoded` wrote; raises BadBoundaries."""
    try:
        return msgspec.json.decode(content, type=Boundaries)
    except msgspec.MsgspecError as error:
        raise BadBoundaries(f"{error}; make the file anew with tailwatch region boundaries") from error


def read(content: bytes, *, code: str, name: str, title: str, licence: str, day: dt.date) -> Boundaries:
    """Read a GeoJSON file; code and name: the properties that hold them. Raises BadBoundaries."""
    try:
        document = msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise BadBoundaries(f"is no JSON: {error}") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise BadBoundaries("has no features; give a GeoJSON FeatureCollection of polygons")
    if len(features) > MAX_REGIONS:
        raise BadBoundaries(
            f"has {len(features)} features, and {MAX_REGIONS} is the most: leave out what is not needed"
        )
    regions = [_region(number, one, code, name) for number, one in enumerate(features, start=1)]
    codes = [one.code for one in regions]
    if twice := next((one for one in codes if codes.count(one) > 1), None):
        raise BadBoundaries(f"has the code {twice} twice; keep one scale and one version")
    if sum(len(ring) for one in regions for ring in one.rings) > 2 * MAX_POINTS:
        raise BadBoundaries(f"has more than {MAX_POINTS} points; take a coarser scale")
    return Boundaries(title, licence, day, tuple(regions))


def _region(number: int, feature: Any, code: str, name: str) -> Region:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or code not in properties:
        known = ", ".join(sorted(properties)) if isinstance(properties, dict) else "none"
        raise BadBoundaries(f"feature {number} has no property {code!r}; it has {known or 'none'}: name it with --code")
    said = str(properties[code])
    if not CODE.fullmatch(said):
        raise BadBoundaries(f"feature {number}: {said[:40]!r} is no code; capital letters, digits and - are")
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in KINDS:
        raise BadBoundaries(f"feature {number} ({said}) is no {' or '.join(KINDS)}")
    try:
        rings = tuple(_rings(geometry))
    except (TypeError, ValueError, LookupError) as error:
        raise BadBoundaries(f"feature {number} ({said}): {error}") from error
    if not rings:
        raise BadBoundaries(f"feature {number} ({said}) has no ring; leave out what is empty")
    return Region(said, str(properties.get(name) or ""), rings)


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    """Outer rings and holes alike: what lies in a hole is crossed twice."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            points = [(float(point[0]), float(point[1])) for point in ring]
            if len(points) < LEAST_POINTS or points[0] != points[-1]:
                raise ValueError("a ring is not closed; its last point has to be its first")
            if not all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
                raise ValueError("a point is no longitude and latitude in degrees; save the file in WGS 84 (EPSG:4326)")
            yield tuple(value for point in points for value in point)
