"""What lies near a facility, for its public page: settlements, protected areas and waters, by the layers of others.

A kind without a layer is not known, and never said to be none.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.disclosure.models import PublicFacility
from api.land.models import FacilityLand, LayerFinding
from dashboard.land import map as land_map
from dashboard.land import page as land_page
from dashboard.land.amounts import distance
from dashboard.land.map import LandMap
from texts import Texts, say


@dataclass(frozen=True)
class NearRow:
    """What is near of one kind, with the layer that says so; number: on the map, 0 where it is not drawn there."""

    number: int
    kind: str
    says: str
    layer: str
    is_unknown: bool


@dataclass(frozen=True)
class NearSection:
    """The part of the page; from_where: from what it is measured; scale: of the map. map: None: nothing is drawn."""

    rows: list[NearRow]
    from_where: str
    scale: str
    map: LandMap | None


def section(found: PublicFacility, texts: Texts) -> NearSection | None:
    """Make the part; None: the operator does not open it.

    The map has no state: in an open page it would outlive an answer that fails.
    """
    land = found.surroundings
    if land is None:
        return None
    words = texts["public"]["near"]
    if land.lon is None:
        return NearSection([], words["no_place"], "", None)
    numbers = _numbers(land)
    drawn = land_map.of(land, "", numbers, texts)
    outlined = "from_outline" if land.outline is not None else "from_place"
    return NearSection(
        [row for kind in land.kinds for row in _rows(land, kind.kind, numbers, texts)],
        words[outlined],
        say(words["map"], reach=distance(land.picture.reach_m)) if land.picture is not None else "",
        drawn if drawn is not None and drawn.layers else None,
    )


def unknown_kinds(land: FacilityLand, texts: Texts) -> list[str]:
    """The kinds of which no layer is loaded, in words."""
    return [texts["land"]["kinds"][one.kind].lower() for one in land.kinds if not one.layers]


def _numbers(land: FacilityLand) -> dict[tuple[str, int], int]:
    """The nearest shape of each layer, numbered in the order of the list."""
    nearest = [(one.layer.layer, one.nearest[0].number) for kind in land.kinds for one in kind.layers if one.nearest]
    return {key: place for place, key in enumerate(nearest, 1)}


def _rows(land: FacilityLand, kind: str, numbers: dict[tuple[str, int], int], texts: Texts) -> list[NearRow]:
    words, (finding,) = texts["land"], [one for one in land.kinds if one.kind == kind]
    made = list(land_page.rows(finding, land, words))
    if not finding.layers:
        return [NearRow(0, made[0].kind, say(texts["public"]["near"]["not_known"]), "", is_unknown=True)]
    keys = [(one.layer.layer, one.nearest[0].number) if one.nearest else None for one in finding.layers]
    return [
        NearRow(
            numbers[key] if key else 0,
            row.kind,
            f"{row.nearest}. {_tells(one, texts['public']['near'])}",
            row.layer,
            is_unknown=row.is_unknown,
        )
        for row, key, one in zip(made, keys, finding.layers, strict=True)
    ]


def _tells(one: LayerFinding, words: Texts) -> str:
    """Within which distance what the map does not have is not there; nobody may have stated that."""
    if not one.layer.is_stated:
        return str(words["unstated"])
    whole_m = min(one.complete_within_m, one.looked_m)
    return say(words["complete"], distance=distance(whole_m)) if whole_m else str(words["elsewhere"])
