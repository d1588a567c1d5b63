"""What the layers have around a facility: the nearest of each kind, areas that overlap, who lives within a distance.

A layer speaks for the box that it covers, and no further: `complete_within_m` is how far around the facility that is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings import geodesic
from tailings.land.distance import FacilityOrigin, distance_m, lies_in
from tailings.land.overlap import shared_m2
from tailings.land.shapes import Bounds, Shape
from tailings.land.values import Feature

RADII_M: Final = (1_000, 5_000, 10_000)


class NearFeature(Struct, frozen=True):
    """A shape near a facility. is_within: the place of the facility lies in it.

    shared_m2: of the facility's outline; None where there is none, or the shape is no area.
    """

    number: int
    name: str
    distance_m: float
    is_within: bool
    shared_m2: float | None
    population: float | None


class PeopleWithin(Struct, frozen=True):
    """Settlements that reach within a distance, the people that the layer counts in them, and how many it does not.

    is_whole: the layer is known to have all of them; else there may be more.
    """

    radius_m: int
    settlements: int
    people: float
    without_number: int
    is_whole: bool


def near(origin: FacilityOrigin, features: Iterable[Feature], reach_m: float) -> list[NearFeature]:
    """All that reach within a distance, the nearest first."""
    found = [one for feature in features if (one := _near(origin, feature, reach_m)) is not None]
    return sorted(found, key=lambda one: (one.distance_m, -(one.shared_m2 or 0.0), one.number))


def _near(origin: FacilityOrigin, feature: Feature, reach_m: float) -> NearFeature | None:
    way = distance_m(origin, feature.shape, reach_m)
    if way is None:
        return None
    is_area = origin.outline is not None and feature.shape.form == "area"
    shared = shared_m2(origin.outline, feature.shape) if is_area and way == 0 and origin.outline else 0.0
    place = np.array([origin.longitude]), np.array([origin.latitude])
    is_within = way == 0 and bool(lies_in(feature.shape, *place)[0])
    return NearFeature(
        feature.number,
        feature.name,
        way,
        is_within=is_within,
        shared_m2=shared if is_area else None,
        population=feature.population,
    )


def nearest_m(found: Sequence[NearFeature], whole_within_m: float) -> tuple[float, float] | None:
    """The least and the most that the distance to the nearest shape can be; found: by `near`, the nearest first.

    Beyond `whole_within_m`, how far the layer is whole and was looked at, one that nobody drew may be nearer than the
    nearest that is known. None: the layer says nothing of this place.
    """
    first = found[0].distance_m if found else math.inf
    if first <= whole_within_m:
        return first, first
    return None if whole_within_m == 0 and not found else (whole_within_m, first)


def people(found: Sequence[NearFeature], whole_within_m: float, radii_m: Sequence[int] = RADII_M) -> list[PeopleWithin]:
    """Who lives within each distance of settlements that `near` found; a settlement counts whole.

    whole_within_m: how far the layer is whole and was looked at.
    """
    return [_people([one for one in found if one.distance_m <= one_m], one_m, whole_within_m) for one_m in radii_m]


def _people(found: Sequence[NearFeature], radius_m: int, whole_within_m: float) -> PeopleWithin:
    known = [one.population for one in found if one.population is not None]
    without = len(found) - len(known)
    return PeopleWithin(radius_m, len(found), sum(known), without, is_whole=radius_m <= whole_within_m)


def of_facility(facility: str | None, origin: FacilityOrigin, features: Iterable[Feature]) -> list[Feature]:
    """The shapes that are of a facility: those that name it, and those without a name of any that meet it; None: of a
    place that has no name here, the latter alone."""
    return [
        one
        for one in features
        if one.facility == facility or (not one.facility and distance_m(origin, one.shape, 1.0) == 0)
    ]


def joined(features: Sequence[Feature]) -> Shape | None:
    """Their areas as one; None without any."""
    parts = tuple(part for one in features if one.shape.form == "area" for part in one.shape.parts)
    return Shape("area", parts) if parts else None


def complete_within_m(origin: FacilityOrigin, covers: Bounds) -> float:
    """How far around the facility a box reaches to all sides [m]; 0 where the facility is not in it."""
    west, south, east, north = origin.bounds
    if west < covers[0] or south < covers[1] or east > covers[2] or north > covers[3]:
        return 0.0
    y = min(max(origin.latitude, -89.0), 89.0)
    sides = np.array([(covers[0], y), (covers[2], y), (origin.longitude, covers[1]), (origin.longitude, covers[3])])
    ways = geodesic.inverse(origin.longitude, origin.latitude, sides)[0]
    own = np.array([(west, y), (east, y), (origin.longitude, south), (origin.longitude, north)])
    wide = geodesic.inverse(origin.longitude, origin.latitude, own)[0]
    return max(0.0, float(np.min(ways - wide)))
