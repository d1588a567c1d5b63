"""The picture of land use around a facility: what of each layer is seen in it, with the shortest ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, get_args

from api.land.models import DrawnFeature, LandLayer, LandPicture, Place, Reach
from tailings.land import picture
from tailings.land.distance import FacilityOrigin, distance_m, shortest_way
from tailings.land.shapes import Shape
from tailings.land.values import Feature

REACHES_M: Final[tuple[Reach, ...]] = get_args(Reach)
USUAL_M: Final = 5_000.0
NEAREST: Final = 5
MOST_DRAWN: Final = 200
"""Shapes of a layer."""
MOST_PLACES: Final = 4_000
"""Of a layer: its page stays small."""


class NearLayer(NamedTuple):
    """The shapes of a layer near a facility, and how far was looked."""

    layer: LandLayer
    features: list[Feature]
    looked_m: float


def of_facility(place: FacilityOrigin, layers: Sequence[NearLayer], asked_m: Reach | None) -> LandPicture:
    """Return the picture; asked_m None: as wide as it takes to show the nearest of each layer within 5 km."""
    nearest = {one.layer.layer: _by_distance(place, one.features) for one in layers}
    reach_m = asked_m or _reach(place, [found[0] for found in nearest.values() if found])
    shapes, left_out = [], []
    for one in layers:
        drawn, is_whole = _drawn(place, one.layer, [feature for _, feature in nearest[one.layer.layer]], reach_m)
        shapes += drawn
        if not is_whole:
            left_out.append(one.layer.layer)
    outline = picture.drawn(place, place.outline, reach_m) if place.outline else None
    lines = outline.lines if outline and outline.form == "area" else []
    return LandPicture(reach_m=reach_m, outline=lines, shapes=shapes, left_out=left_out)


def _by_distance(place: FacilityOrigin, features: Sequence[Feature]) -> list[tuple[float, Feature]]:
    """In the order of `surroundings.near`, so that the first are those that the page lists."""
    found = [(distance_m(place, one.shape, REACHES_M[-1]), one) for one in features]
    return sorted(((way, one) for way, one in found if way is not None), key=lambda known: (known[0], known[1].number))


def _reach(place: FacilityOrigin, nearest: Sequence[tuple[float, Feature]]) -> Reach:
    usual: list[Shape] = [one.shape for way, one in nearest if way <= USUAL_M]
    if not usual and nearest:
        usual = [min(nearest, key=lambda known: known[0])[1].shape]
    if not usual:
        return 5_000
    least_m = picture.least_reach_m(place, usual, REACHES_M)
    return next(one for one in REACHES_M if one == least_m)


def _drawn(
    place: FacilityOrigin, layer: LandLayer, features: Sequence[Feature], reach_m: float
) -> tuple[list[DrawnFeature], bool]:
    """The nearest shapes that are seen, and whether these are all."""
    found: list[DrawnFeature] = []
    places = 0
    for order, one in enumerate(features):
        seen = picture.drawn(place, one.shape, reach_m)
        if seen is None:
            continue
        places += sum(map(len, seen.lines))
        if len(found) == MOST_DRAWN or (found and places > MOST_PLACES):
            return found, False
        found.append(
            DrawnFeature(
                layer=layer.layer,
                kind=layer.kind,
                number=one.number,
                form=seen.form,
                lines=seen.lines,
                way=_way(place, one.shape, reach_m) if order < NEAREST else None,
            )
        )
    return found, True


def _way(place: FacilityOrigin, shape: Shape, reach_m: float) -> tuple[Place, Place] | None:
    found = shortest_way(place, shape, 2 * reach_m)
    if found is None:
        return None
    (x, y), (to_x, to_y) = found.round().astype(int).tolist()
    return (x, y), (to_x, to_y)
