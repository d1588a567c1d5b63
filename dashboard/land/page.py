"""What the page of land use says: what is near, how far each layer tells, who lives near, where the water goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from api.land.models import (
    FacilityLand,
    KindFinding,
    LandBeside,
    LandFeature,
    LandInundation,
    LandLayer,
    LandPeople,
    LandWaterway,
    LayerFinding,
)
from dashboard import numbers, pages, verdict
from dashboard.land import map as land_map
from dashboard.land.amounts import distance, hectares, named
from dashboard.reads import Shown
from texts import Texts, say, writing

INSIDE: Final = ("protected-area", "settlement", "plan", "water-body", "river")
"""Kinds of which somebody asks what lies in an inundation area."""


@dataclass(frozen=True)
class LayerRow:
    """A layer of a kind, or a kind without one; is_unknown: it does not say what is near."""

    kind: str
    nearest: str
    shared: str
    tells: str
    layer: str
    is_unknown: bool


@dataclass(frozen=True)
class ShapeRow:
    """A shape near the facility, or beside the water."""

    kind: str
    name: str
    distance: str
    shared: str
    people: str
    number: int = 0
    """On the map; 0: it is not numbered."""


@dataclass(frozen=True)
class PeopleRow:
    """Settlements of a layer within a distance."""

    radius: str
    settlements: str
    people: str
    layer: str


def context(shown: Shown, found: FacilityLand, texts: Texts) -> dict[str, Any]:
    """Make the page."""
    facility, words = shown.facilities[0], texts["land"]
    layers = [one for kind in found.kinds for one in kind.layers]
    near = [(one.layer, feature) for one in layers for feature in one.nearest]
    order = {(layer.layer, feature.number): place for place, (layer, feature) in enumerate(near, 1)}
    return pages.shared(shown, texts, "facilities", facility.timezone, facility) | {
        "heading": say(words["heading"], facility=facility.name),
        "path": [(facility.name, f"/f/{facility.id}/safety"), (words["title"], "")],
        "tab": "safety",
        "verdict": verdict.of_facility(facility, shown.now, texts),
        "facts": [],
        "from_where": _from_where(found, words),
        "rows": [row for kind in found.kinds for row in rows(kind, found, words)],
        "map": land_map.of(found, facility.assessment.worst, order, texts),
        "shapes_near": [_shape(layer, one, place, words) for place, (layer, one) in enumerate(near, 1)],
        "people": [_people(each, one.layer, words) for one in layers for each in one.people],
        "ways": [_way(one, found, texts) for one in found.waterways],
        "no_way": words["water"]["no_start" if found.directed else "no_layer"],
        "floods": [_flood(one, words) for one in found.inundations],
        "layers": [_layer(one, words) for one in _layers(found)],
    }


def _from_where(found: FacilityLand, words: Texts) -> str:
    if found.lon is None:
        return str(words["no_place"])
    if found.outline is None or found.outline_m2 is None:
        return str(words["from_place"])
    return say(words["from_outline"], area=hectares(found.outline_m2), layer=found.outline.title)


def rows(kind: KindFinding, found: FacilityLand, words: Texts) -> Iterator[LayerRow]:
    """Say what each layer of a kind has, or that none is loaded."""
    name = words["kinds"][kind.kind]
    for one in kind.layers:
        is_unknown = one.complete_within_m == 0 and not one.near
        tells = _tells(one, words)
        shared = _shared(one.shared_m2, found.outline is not None, words)
        yield LayerRow(name, _nearest(one, words), shared, tells, layer=named(one.layer, words), is_unknown=is_unknown)
    if not kind.layers:
        yield LayerRow(name, words["no_layer"], "", words["no_layer_says"], layer="", is_unknown=True)


def _nearest(one: LayerFinding, words: Texts) -> str:
    known_m = min(one.complete_within_m, one.looked_m)
    if not one.nearest:
        return say(words["none_within"], distance=distance(known_m)) if known_m else str(words["not_here"])
    first = one.nearest[0]
    way = words["inside"] if first.is_within else distance(first.distance_m)
    told = say(words["nearest"], name=first.name or words["unnamed"], distance=way)
    return f"{told}. {words['nearer']}" if first.distance_m > known_m else told


def _tells(one: LayerFinding, words: Texts) -> str:
    """How far around the facility what is not in the layer is not there."""
    if one.complete_within_m == 0:
        told = words["tells"]["outside"]
    elif one.complete_within_m < one.looked_m:
        told = say(words["tells"]["part"], distance=distance(one.complete_within_m))
    else:
        told = say(words["tells"]["whole"], distance=distance(one.looked_m))
    return str(told) if one.layer.is_stated else f"{told} {words['tells']['unstated']}"


def _shape(layer: LandLayer, one: LandFeature, number: int, words: Texts) -> ShapeRow:
    return ShapeRow(
        words["kinds"][layer.kind],
        one.name or words["unnamed"],
        words["inside"] if one.is_within else distance(one.distance_m),
        shared="" if one.shared_m2 is None else hectares(one.shared_m2),
        people=_inhabitants(one.population, layer, words),
        number=number,
    )


def _inhabitants(population: float | None, layer: LandLayer, words: Texts) -> str:
    if layer.kind != "settlement":
        return ""
    return str(words["people"]["unknown"]) if population is None else numbers.count(population)


def _people(one: LandPeople, layer: LandLayer, words: Texts) -> PeopleRow:
    known = one.settlements - one.without_number
    people = numbers.count(one.people) if known or not one.settlements else str(words["people"]["unknown"])
    if one.without_number and known:
        people = say(words["people"]["at_least"], one.without_number, people=people)
    settlements = numbers.count(one.settlements)
    if not one.is_whole:
        or_more = words["people"]["or_more"]
        settlements = say(or_more, value=settlements) if one.settlements else str(words["people"]["not_known"])
        people = say(or_more, value=people) if known else str(words["people"]["not_known"])
    return PeopleRow(distance(one.radius_m), settlements, people, named(layer, words))


def _way(one: LandWaterway, found: FacilityLand, texts: Texts) -> dict[str, Any]:
    words = texts["land"]
    of = words["water"]
    kinds = [kind.kind for kind in found.kinds if not kind.layers and kind.kind != "river"]
    left_out = one.beside_count - len(one.beside)
    return {
        "says": say(
            of["says"],
            river=one.start or words["unnamed"],
            distance=distance(one.start_m),
            length=distance(one.length_m),
        ),
        "ends": " ".join(str(of["ends"][end]) for end in one.ends),
        "legs": [(leg.name or words["unnamed"], distance(leg.length_m)) for leg in one.legs],
        "beside_title": say(of["beside"], distance=distance(one.beside_m)),
        "beside": [_beside(each, words) for each in one.beside],
        "left_out": say(of["left_out"], left_out) if left_out else "",
        "unknown": say(of["not_loaded"], kinds=", ".join(words["kinds"][kind] for kind in kinds)) if kinds else "",
        "layer": named(one.layer, words),
    }


def _beside(one: LandBeside, words: Texts) -> ShapeRow:
    people = ""
    if one.kind == "settlement":
        people = words["people"]["unknown"] if one.population is None else numbers.count(one.population)
    shared = "" if one.shared_m2 is None else hectares(one.shared_m2)
    return ShapeRow(words["kinds"][one.kind], one.name or words["unnamed"], "", shared=shared, people=people)


def _flood(one: LandInundation, words: Texts) -> dict[str, Any]:
    missing = [kind for kind in INSIDE if kind not in one.kinds]
    of = words["flood"]
    return {
        "says": say(of["says"], area=hectares(one.area_m2), layer=one.layer.title),
        "inside": [_beside(each, words) for each in one.inside],
        "unknown": say(of["not_loaded"], kinds=", ".join(words["kinds"][kind] for kind in missing)) if missing else "",
        "cut": say(of["cut"], layers=", ".join(one.cut)) if one.cut else "",
        "layer": named(one.layer, words),
    }


def _layers(found: FacilityLand) -> list[LandLayer]:
    known = [one.layer for kind in found.kinds for one in kind.layers]
    known += [one.layer for one in found.inundations] + ([found.outline] if found.outline else [])
    return known


def _layer(one: LandLayer, words: Texts) -> dict[str, Any]:
    return {
        "kind": words["kinds"][one.kind],
        "title": one.title,
        "source": one.source,
        "licence": one.licence,
        "day": writing.calendar_day(one.day.isoformat()),
        "shapes": numbers.count(one.features),
        "address": f"/api/v1/land/layers/{one.layer}/export",
    }


def _shared(shared_m2: float | None, has_outline: bool, words: Texts) -> str:
    if shared_m2 is not None:
        return hectares(shared_m2)
    return "" if has_outline else str(words["no_outline"])
