"""The one answer on land use around a facility, and a layer as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from api.datastreams import queries as datastreams
from api.facilities import queries as facilities
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.land import queries
from api.land.models import (
    ExportForm,
    FacilityLand,
    KindFinding,
    LandBeside,
    LandFeature,
    LandInundation,
    LandLayer,
    LandLayers,
    LandLeg,
    LandPeople,
    LandWaterway,
    LayerFinding,
)
from api.land.queries import StoredLayer
from tailings import inspire, quantities
from tailings.inspire import MonitoredFacility, ObservedSeries
from tailings.instants import rfc3339
from tailings.land import downstream, exports, overlap, surroundings
from tailings.land.distance import FacilityOrigin, distance_m
from tailings.land.shapes import Shape
from tailings.land.surroundings import NearFeature
from tailings.land.values import KINDS, OF_FACILITIES, Feature, LayerKind

REACH_M: Final = 25_000.0
LEAST_REACH_M: Final = 100.0
MOST_SHAPES: Final = 4_000
"""Of a layer in one answer; where more are near, it looks half as far."""
MOST_NAMED: Final = 100
MOST_SERIES: Final = 10_000
UNDEFINED: Final = "http://www.opengis.net/def/nil/OGC/0/unknown"
"""Of a quantity that is not among ours."""
NEAREST: Final = 5
MOST_BESIDE: Final = 50
TOUCHES_M: Final = 1.0


class NearLayer(NamedTuple):
    """The shapes of a layer near a facility, and how far was looked."""

    layer: LandLayer
    features: list[Feature]
    looked_m: float


class NearestOfKind(NamedTuple):
    """The least and the most that the nearest shape of a kind can be away [m], and the oldest day that this is of."""

    least_m: float
    most_m: float
    day: date


async def all_layers(database: DatabasePool, sees_all: bool) -> LandLayers:
    """Return the layers that may be read."""
    return LandLayers(layers=[one.shown for one in await queries.layers(database, sees_all)])


async def of_facility(database: DatabasePool, facility: str, sees_all: bool) -> FacilityLand:
    """Return what the layers have around a facility; raise NotFound."""
    known, stored = await facilities.one(database, facility), await queries.layers(database, sees_all)
    at = known.location
    if at is None:
        return FacilityLand(
            facility=facility,
            name=known.name,
            lon=None,
            lat=None,
            outline=None,
            outline_m2=None,
            reach_m=REACH_M,
            kinds=[],
            directed=False,
            waterways=[],
            inundations=[],
        )
    bare = FacilityOrigin(at.lon, at.lat)
    outlines = [await _own(database, one, facility, bare) for one in stored if one.shown.kind == "facility-outline"]
    drawn = next((one for one in outlines if one.features), None)
    place = FacilityOrigin(at.lon, at.lat, surroundings.joined(drawn.features) if drawn else None)
    flooded = [await _own(database, one, facility, place) for one in stored if one.shown.kind == "inundation"]
    around = [await _around(database, one, place) for one in stored if one.shown.kind not in OF_FACILITIES]
    inside = [await _within(database, stored, one) for one in flooded if surroundings.joined(one.features)]
    return await asyncio.to_thread(_land, facility, known.name, place, drawn, around=around, inside=inside)


async def nearest(
    database: DatabasePool, of: Sequence[str], kind: LayerKind, sees_all: bool
) -> dict[str, NearestOfKind]:
    """Return how near a shape of any layer of a kind lies to each facility; of whom no layer says anything, nothing."""
    stored = [one for one in await queries.layers(database, sees_all) if one.shown.kind == kind]
    told = [(one, await _nearest(database, one, stored)) for one in of] if stored else []
    return {one: found for one, found in told if found is not None}


async def _nearest(database: DatabasePool, facility: str, stored: Sequence[StoredLayer]) -> NearestOfKind | None:
    """Of several layers each speaks for its own shapes: the nearest of all is as near as the nearest of any."""
    at = (await facilities.one(database, facility)).location
    if at is None:
        return None
    place = FacilityOrigin(at.lon, at.lat)
    around = [await _around(database, one, place) for one in stored]
    told = [(one.layer.day, way) for one in around if (way := await asyncio.to_thread(_bounds, place, one)) is not None]
    if not told:
        return None
    return NearestOfKind(
        min(least for _, (least, _) in told), min(most for _, (_, most) in told), min(day for day, _ in told)
    )


def _bounds(place: FacilityOrigin, one: NearLayer) -> tuple[float, float] | None:
    whole_m = surroundings.complete_within_m(place, one.layer.covers)
    return surroundings.nearest_m(surroundings.near(place, one.features, one.looked_m), min(whole_m, one.looked_m))


async def for_inspire(database: DatabasePool, facility: str, address: str) -> bytes:
    """Return a facility and what it measures as GML of INSPIRE; raise NotFound."""
    known = await facilities.one(database, facility)
    found = await datastreams.of_facility(database, facility, 0, MOST_SERIES, node=None, quantity=None)
    series = [
        ObservedSeries(
            one.name,
            one.quantity,
            quantities.get(one.quantity).definition if one.quantity in quantities.names() else UNDEFINED,
            is_derived=one.formula is not None,
            since=rfc3339(one.coverage.first) if one.coverage.first else None,
        )
        for one in found
        if one.retired_at is None
    ]
    at = known.location
    place = MonitoredFacility(facility, known.name, at.lon if at else None, at.lat if at else None, series=series)
    return await asyncio.to_thread(inspire.document, [place], address)


async def export(database: DatabasePool, layer: str, sees_all: bool, form: ExportForm) -> bytes:
    """Return a layer as a file; raise NotFound, and BadParameter for more than one answer holds."""
    one = await queries.layer(database, layer, sees_all)
    if one.shown.features > queries.MAX_EXPORTED:
        raise BadParameter(
            f"{layer} has {one.shown.features} shapes, and an answer holds {queries.MAX_EXPORTED}: use tailwatch "
            "layers export on the server.",
            "layer",
        )
    found = await queries.exported(database, one)
    if form == "geojson":
        return await asyncio.to_thread(exports.geojson, found)
    return await asyncio.to_thread(exports.geopackage, found, times.now().strftime("%Y-%m-%dT%H:%M:%SZ"))


async def _own(database: DatabasePool, one: StoredLayer, facility: str, place: FacilityOrigin) -> NearLayer:
    """The shapes of a layer that are of a facility."""
    found = await queries.named(database, one.id, facility, MOST_NAMED)
    met = await queries.in_box(database, one.id, place.box(TOUCHES_M), MOST_NAMED)
    known = {feature.number: feature for feature in (*found, *met)}
    return NearLayer(one.shown, surroundings.of_facility(facility, place, known.values()), TOUCHES_M)


async def _around(database: DatabasePool, one: StoredLayer, place: FacilityOrigin) -> NearLayer:
    reach_m = REACH_M
    while True:
        found = await queries.in_box(database, one.id, place.box(reach_m), MOST_SHAPES + 1)
        if len(found) <= MOST_SHAPES or reach_m < LEAST_REACH_M:
            return NearLayer(one.shown, found[:MOST_SHAPES], reach_m)
        reach_m /= 2


async def _within(
    database: DatabasePool, stored: Sequence[StoredLayer], flooded: NearLayer
) -> tuple[NearLayer, list[NearLayer]]:
    """An inundation area, and the shapes of all layers whose boxes meet its box."""
    area = surroundings.joined(flooded.features)
    assert area is not None
    found = [
        NearLayer(one.shown, await queries.in_box(database, one.id, area.bounds, MOST_SHAPES), 0.0)
        for one in stored
        if one.shown.kind not in OF_FACILITIES
    ]
    return flooded, found


def _land(
    facility: str,
    name: str,
    place: FacilityOrigin,
    drawn: NearLayer | None,
    *,
    around: Sequence[NearLayer],
    inside: Sequence[tuple[NearLayer, list[NearLayer]]],
) -> FacilityLand:
    findings = [_finding(place, one) for one in around]
    kinds = [kind for kind in KINDS if kind not in OF_FACILITIES]
    rivers = [one for one in around if one.layer.kind == "river" and one.layer.is_directed]
    return FacilityLand(
        facility=facility,
        name=name,
        lon=place.longitude,
        lat=place.latitude,
        outline=drawn.layer if drawn else None,
        outline_m2=overlap.area_m2(place.outline) if place.outline else None,
        reach_m=REACH_M,
        kinds=[KindFinding(kind=kind, layers=[one for one in findings if one.layer.kind == kind]) for kind in kinds],
        directed=bool(rivers),
        waterways=[way for one in rivers if (way := _waterway(place, one, around)) is not None],
        inundations=[_inundation(*one) for one in inside],
    )


def _finding(place: FacilityOrigin, one: NearLayer) -> LayerFinding:
    found = surroundings.near(place, one.features, one.looked_m)
    shared = [feature.shared_m2 for feature in found if feature.shared_m2 is not None]
    whole_m = surroundings.complete_within_m(place, one.layer.covers)
    people = surroundings.people(found, min(whole_m, one.looked_m)) if one.layer.kind == "settlement" else []
    return LayerFinding(
        layer=one.layer,
        complete_within_m=whole_m,
        looked_m=one.looked_m,
        near=len(found),
        nearest=[_feature(feature) for feature in found[:NEAREST]],
        shared_m2=sum(shared) if shared else None,
        people=[LandPeople(**{name: getattr(each, name) for name in each.__struct_fields__}) for each in people],
    )


def _feature(one: NearFeature) -> LandFeature:
    return LandFeature(**{name: getattr(one, name) for name in one.__struct_fields__})


def _waterway(place: FacilityOrigin, river: NearLayer, around: Sequence[NearLayer]) -> LandWaterway | None:
    way = downstream.downstream(place, river.features, place.box(river.looked_m))
    if way is None:
        return None
    found = [
        _beside(one.layer, feature, None)
        for one in around
        if one.layer.kind != "river"
        for feature in downstream.beside(place, way, one.features)
    ]
    return LandWaterway(
        layer=river.layer,
        start=way.start,
        start_m=way.start_m,
        length_m=way.length_m,
        legs=[LandLeg(name=leg.name, length_m=leg.length_m) for leg in way.legs],
        ends=list(way.ends),
        beside_m=downstream.BESIDE_M,
        beside_count=len(found),
        beside=found[:MOST_BESIDE],
    )


def _inundation(flooded: NearLayer, near: Sequence[NearLayer]) -> LandInundation:
    area = surroundings.joined(flooded.features)
    assert area is not None
    return LandInundation(
        layer=flooded.layer,
        area_m2=overlap.area_m2(area),
        cut=[one.layer.layer for one in near if len(one.features) == MOST_SHAPES],
        kinds=sorted({one.layer.kind for one in near}, key=KINDS.index),
        inside=[
            _beside(
                one.layer, feature, overlap.shared_m2(area, feature.shape) if feature.shape.form == "area" else None
            )
            for one in near
            for feature in one.features
            if _meets(area, feature.shape)
        ],
    )


def _meets(area: Shape, other: Shape) -> bool:
    west, south, east, north = area.bounds
    return distance_m(FacilityOrigin((west + east) / 2, (south + north) / 2, area), other, TOUCHES_M) == 0


def _beside(layer: LandLayer, feature: Feature, shared_m2: float | None) -> LandBeside:
    return LandBeside(
        layer=layer.layer,
        kind=layer.kind,
        number=feature.number,
        name=feature.name,
        population=feature.population,
        shared_m2=shared_m2,
    )
