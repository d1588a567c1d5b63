"""What the layers of land use say of the neighbourhood of places: how near a protected area is, who a failure reaches.

The comparison, the register of contradictions and the page of a region ask here; each finding has the layers that it
stands on. A layer speaks for as far as it is whole, so a finding is a span.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from api.http.database import DatabasePool
from api.http.most_recent import MostRecent
from api.land import queries
from api.land.models import LandLayer
from api.land.picture import NearLayer
from api.land.queries import StoredLayer
from tailings.land import surroundings
from tailings.land.distance import FacilityOrigin
from tailings.land.reach import PeopleReached, reached
from tailings.land.shapes import Shape

REACH_M: Final = 25_000.0
LEAST_REACH_M: Final = 100.0
STEPS_M: Final = (2_000.0, 8_000.0, REACH_M)
"""So far is looked for the nearest, one step after the other until one is found within it."""
MOST_SHAPES: Final = 4_000
"""Of a layer in one answer; where more are near, it looks half as far."""
MOST_NAMED: Final = 100
TOUCHES_M: Final = 1.0
MOST_KEPT: Final = 10_000
"""Places of which it is kept what was found, less than a kB each."""
Key = TypeVar("Key", bound=Hashable)


class LandPlace(NamedTuple):
    """Where to look; facility: of this site, whose outline and inundation area layers may name; None: a bare place."""

    lon: float
    lat: float
    facility: str | None = None


class LandSpan(NamedTuple):
    """The least and the most that a number can be, and the layers that say so."""

    least: float
    most: float
    layers: tuple[LandLayer, ...]

    @property
    def day(self) -> date:
        """The oldest of its layers."""
        return min(one.day for one in self.layers)


class Nearby(NamedTuple):
    """protected_m: to the nearest protected area [m]. people: that a failure reaches, by a loaded inundation area.

    None: no layer says anything.
    """

    protected_m: LandSpan | None
    people: LandSpan | None


_kept: WeakKeyDictionary[DatabasePool, MostRecent[tuple[tuple[int, ...], LandPlace], Nearby]] = WeakKeyDictionary()


async def nearby(database: DatabasePool, places: Mapping[Key, LandPlace], sees_all: bool) -> dict[Key, Nearby]:
    """Return what the layers that may be read say of each place; those of which none says anything are left out.

    A layer never changes once it is loaded, so what was found by the same layers of the same place is kept.
    """
    stored = await queries.layers(database, sees_all) if places else []
    if not stored:
        return {}
    kept, ids = _kept.setdefault(database, MostRecent(MOST_KEPT)), tuple(one.id for one in stored)
    found = {
        key: kept.get((ids, at)) or kept.keep((ids, at), await _nearby(database, at, stored))
        for key, at in places.items()
    }
    return {key: one for key, one in found.items() if one.protected_m or one.people}


async def _nearby(database: DatabasePool, at: LandPlace, stored: Sequence[StoredLayer]) -> Nearby:
    place = await origin(database, at, stored)
    near = [(one.shown, await _nearest(database, one, place)) for one in stored if one.shown.kind == "protected-area"]
    flooded = [await own(database, one, at.facility, place) for one in stored if one.shown.kind == "inundation"]
    told = [found for one in flooded if (found := await _people(database, one, stored)) is not None]
    return Nearby(_protected(near), _widest(told))


async def origin(database: DatabasePool, at: LandPlace, stored: Sequence[StoredLayer]) -> FacilityOrigin:
    """Return the place with the outline of the facility, where a layer has one."""
    place, _ = await outlined(database, at, stored)
    return place


async def outlined(
    database: DatabasePool, at: LandPlace, stored: Sequence[StoredLayer]
) -> tuple[FacilityOrigin, LandLayer | None]:
    """Return the same, and the layer that has it."""
    bare = FacilityOrigin(at.lon, at.lat)
    for one in stored:
        if one.shown.kind == "facility-outline":
            shape = surroundings.joined((await own(database, one, at.facility, bare)).features)
            if shape is not None:
                return FacilityOrigin(at.lon, at.lat, shape), one.shown
    return bare, None


async def own(database: DatabasePool, one: StoredLayer, facility: str | None, place: FacilityOrigin) -> NearLayer:
    """Return the shapes of a layer that are of a facility."""
    found = await queries.named(database, one.id, facility, MOST_NAMED) if facility else []
    met = await queries.in_box(database, one.id, place.box(TOUCHES_M), MOST_NAMED)
    known = {feature.number: feature for feature in (*found, *met)}
    return NearLayer(one.shown, surroundings.of_facility(facility, place, known.values()), TOUCHES_M)


async def around(
    database: DatabasePool, one: StoredLayer, place: FacilityOrigin, reach_m: float = REACH_M
) -> NearLayer:
    """Return the shapes of a layer around a place, and how far was looked."""
    while True:
        found = await queries.in_box(database, one.id, place.box(reach_m), MOST_SHAPES + 1)
        if len(found) <= MOST_SHAPES or reach_m < LEAST_REACH_M:
            return NearLayer(one.shown, found[:MOST_SHAPES], reach_m)
        reach_m /= 2


async def _nearest(database: DatabasePool, one: StoredLayer, place: FacilityOrigin) -> tuple[float, float] | None:
    """Return the least and the most that the distance to the nearest shape of a layer can be [m]."""
    found = None
    for reach_m in STEPS_M:
        found = await asyncio.to_thread(_bounds, place, await around(database, one, place, reach_m))
        if found is not None and found[0] == found[1]:
            break
    return found


def _protected(near: Sequence[tuple[LandLayer, tuple[float, float] | None]]) -> LandSpan | None:
    """Of several layers each speaks for its own shapes: the nearest of all is as near as the nearest of any."""
    told = [(layer, way) for layer, way in near if way is not None]
    if not told:
        return None
    (least, most), layers = zip(*(way for _, way in told), strict=True), tuple(layer for layer, _ in told)
    return LandSpan(min(least), min(most), layers)


def _bounds(place: FacilityOrigin, one: NearLayer) -> tuple[float, float] | None:
    whole_m = surroundings.complete_within_m(place, one.layer.covers)
    return surroundings.nearest_m(surroundings.near(place, one.features, one.looked_m), min(whole_m, one.looked_m))


async def _people(database: DatabasePool, flooded: NearLayer, stored: Sequence[StoredLayer]) -> LandSpan | None:
    area = surroundings.joined(flooded.features)
    if area is None:
        return None
    told = [
        (one.shown, found)
        for one in stored
        if one.shown.kind == "settlement" and (found := await _reached(database, one, area)) is not None
    ]
    if not told:
        return None
    least, most = max(found.least for _, found in told), max(found.most for _, found in told)
    return LandSpan(least, most, (flooded.layer, *(layer for layer, _ in told)))


async def _reached(database: DatabasePool, one: StoredLayer, area: Shape) -> PeopleReached | None:
    features = await queries.in_box(database, one.id, area.bounds, MOST_SHAPES)
    if not one.shown.has_people:
        return None
    is_whole = len(features) < MOST_SHAPES
    return await asyncio.to_thread(reached, area, features, one.shown.covers, is_whole)


def _widest(told: Sequence[LandSpan]) -> LandSpan | None:
    """Of several inundation areas the one that reaches most."""
    return max(told, key=lambda one: (one.least, one.most), default=None)
