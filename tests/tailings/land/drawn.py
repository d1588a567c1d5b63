"""Shapes drawn for tests in metres around a place, put on the ellipsoid by PROJ, so that what is right is known."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyproj

from tailings.land.distance import FacilityOrigin
from tailings.land.shapes import Shape, read

GEOD: Final = pyproj.Geod(ellps="WGS84")
PLACE: Final = (-7.5, 38.2)
ORIGIN: Final = FacilityOrigin(*PLACE)


def at(points: Sequence[tuple[float, float]], place: tuple[float, float] = PLACE) -> list[list[float]]:
    """Points in metres east and north of a place, in degrees."""
    x, y = np.array(points, float).T
    start = np.full(len(x), place[0]), np.full(len(x), place[1])
    longitude, latitude, _ = GEOD.fwd(*start, np.degrees(np.arctan2(x, y)), np.hypot(x, y))
    return np.stack([longitude, latitude], axis=1).tolist()


def polygon(*rings: Sequence[tuple[float, float]], place: tuple[float, float] = PLACE) -> Shape:
    """An area of rings in metres; each is closed here."""
    return read("Polygon", [at([*ring, ring[0]], place) for ring in rings])


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    """A rectangle in metres."""
    return [(west, south), (east, south), (east, north), (west, north)]


def line(*points: tuple[float, float]) -> Shape:
    """A line in metres."""
    return read("LineString", at(points))


def point(x: float, y: float) -> Shape:
    """A point in metres."""
    return read("Point", at([(x, y)])[0])
