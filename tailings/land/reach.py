"""How many people an inundation area reaches, as settlements of a layer say: at least and at most."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from tailings.land.distance import FacilityOrigin, distance_m, lies_in
from tailings.land.overlap import area_m2, shared_m2
from tailings.land.shapes import Bounds, Shape
from tailings.land.values import Feature

WHOLLY: Final = 0.999
"""The share of a settlement's area from which on all of it is inside."""
TOUCHES_M: Final = 1.0


class PeopleReached(Struct, frozen=True):
    """least: of settlements that lie wholly inside; most: of all that it meets, infinite where that is not known."""

    least: float
    most: float


def reached(area: Shape, settlements: Iterable[Feature], covers: Bounds, is_whole: bool) -> PeopleReached | None:
    """Count them. None: the layer says nothing of the area, for it does not cover it and has nothing in it.

    covers: the box in which the layer is whole; is_whole: all of its settlements there were given. How the people of a
    settlement that lies partly inside are spread is not known, so they count in the most alone.
    """
    met = [one for one in settlements if meets(area, one.shape)]
    least = sum(one.population or 0.0 for one in met if _is_inside(area, one.shape))
    west, south, east, north = area.bounds
    holds = covers[0] <= west and covers[1] <= south and covers[2] >= east and covers[3] >= north
    if not met and not holds:
        return None
    is_counted = holds and is_whole and all(one.population is not None for one in met)
    return PeopleReached(least, sum(one.population or 0.0 for one in met) if is_counted else math.inf)


def meets(area: Shape, other: Shape) -> bool:
    """Whether a shape meets an area."""
    west, south, east, north = area.bounds
    return distance_m(FacilityOrigin((west + east) / 2, (south + north) / 2, area), other, TOUCHES_M) == 0


def _is_inside(area: Shape, other: Shape) -> bool:
    if other.form == "point":
        return bool(lies_in(area, *other.points.T).all())
    return other.form == "area" and shared_m2(area, other) >= WHOLLY * area_m2(other)
