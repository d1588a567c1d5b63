"""The one answer on land use around a facility, and a layer as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from api.datastreams import queries as datastreams
from api.facilities import queries as facilities
from api.facilities.models import FacilityDocument
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.land import nearby, picture, queries
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
    Reach,
)
from api.land.nearby import MOST_SHAPES, REACH_M, LandPlace
from api.land.picture import NEAREST, NearLayer
from api.land.queries import StoredLayer
from tailings import inspire, quantities
from tailings.inspire import MonitoredFacility, ObservedSeries
from tailings.instants import rfc3339
from tailings.land import downstream, exports, overlap, surroundings
from tailings.land.distance import FacilityOrigin
from tailings.land.reach import meets
from tailings.land.surroundings import NearFeature
from tailings.land.values import KINDS, OF_FACILITIES, Feature

MOST_SERIES: Final = 10_000
UNDEFINED: Final = "http://www.opengis.net/def/nil/OGC/0/unknown"
"""Of a quantity that is not among ours."""
MOST_BESIDE: Final = 50


async def all_layers(database: DatabasePool, sees_all: bool) -> LandLayers:
    """Return the layers that may be read."""
    return LandLayers(layers=[one.shown for one in await queries.layers(database, sees_all)])


async def of_facility(
    database: DatabasePool, facility: str, sees_all: bool, reach_m: Reach | None = None
) -> FacilityLand:
    """Return what the layers have around a facility; reach_m: of the picture. Raise NotFound."""
    known, stored = await facilities.one(database, facility), await queries.layers(database, sees_all)
    return await of_layers(database, known, stored, reach_m)


async def of_layers(
    database: DatabasePool, known: FacilityDocument, stored: Sequence[StoredLayer], reach_m: Reach | None
) -> FacilityLand:
    """Return what these layers have around a facility."""
    at, facility = known.location, known.id
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
            picture=None,
        )
    place, outline = await nearby.outlined(database, LandPlace(at.lon, at.lat, facility), stored)
    flooded = [await nearby.own(database, one, facility, place) for one in stored if one.shown.kind == "inundation"]
    around = [await nearby.around(database, one, place) for one in stored if one.shown.kind not in OF_FACILITIES]
    inside = [await _within(database, stored, one) for one in flooded if surroundings.joined(one.features)]
    found = await asyncio.to_thread(_land, facility, known.name, place, outline, around=around, inside=inside)
    shown = [*around, *(one for one, _ in inside)]
    return found.model_copy(update={"picture": await asyncio.to_thread(picture.of_facility, place, shown, reach_m)})


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
    outline: LandLayer | None,
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
        outline=outline,
        outline_m2=overlap.area_m2(place.outline) if place.outline else None,
        reach_m=REACH_M,
        kinds=[KindFinding(kind=kind, layers=[one for one in findings if one.layer.kind == kind]) for kind in kinds],
        directed=bool(rivers),
        waterways=[way for one in rivers if (way := _waterway(place, one, around)) is not None],
        inundations=[_inundation(*one) for one in inside],
        picture=None,
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
            if meets(area, feature.shape)
        ],
    )


def _beside(layer: LandLayer, feature: Feature, shared_m2: float | None) -> LandBeside:
    return LandBeside(
        layer=layer.layer,
        kind=layer.kind,
        number=feature.number,
        name=feature.name,
        population=feature.population,
        shared_m2=shared_m2,
    )
