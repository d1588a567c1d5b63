"""What the page of a region says: a verdict, what needs a look, the map, and the list with its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from api.region.models import (
    MeasuredFacility,
    Region,
    RegionEntry,
    RegionName,
    RegionPlaces,
    RegionPoint,
)
from dashboard import numbers, pages, places, states
from dashboard.filter_fields import FilterField, fields
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.region import attention_list, sums
from dashboard.register import page as register
from dashboard.verdict import VerdictBanner
from tailings.register import countries
from texts import Texts, say

ADDRESS: Final = "/region"
APART: Final = 44
"""Marks of the sketch, so that a count of thousands finds room between two."""
SHOWN_MEASURED: Final = 25
NOTHING_SAID: Final = dict.fromkeys(("status", "consequence", "commodities", "mass", "next_review"), "")


@dataclass(frozen=True)
class RegionRow:
    """A line of the list: a facility of this site, or a row of a register."""

    address: str
    name: str
    sub: str
    state: str
    said_by: str
    where: str
    cells: Mapping[str, str]
    same: str = ""


def context(
    found: Region,
    placed: RegionPlaces,
    asked: Mapping[str, str],
    following: str,
    *,
    is_first: bool,
    texts: Texts,
    is_one: bool = False,
) -> dict[str, Any]:
    """Make the page; following: the cursor of the next rows of registers, "" on the last; is_one: of one region."""
    words = texts["region"]
    chosen = {name: value for name, value in asked.items() if value}
    shown = Shown(found.now, found.commit, ())
    measured, rows = sum(found.by_state.values()), found.registered
    if is_one:
        measured, rows = sum(found.matching.values()), found.entries_total
    made = pages.shared(shown, texts, "region", found.zone) | {
        "heading": _named(found.chosen) if is_one and found.chosen else words["title"],
        "path": [(words["title"], ADDRESS)] if is_one else [],
        "regions": [] if is_one else [(f"{ADDRESS}/{one.code}", _named(one)) for one in found.choices.nuts],
        "subheading": say(words["subheading"], measured=numbers.count(measured), rows=numbers.count(rows)),
        "verdict": _verdict(found, texts),
        "facts": _facts(found, texts),
        "look": attention_list.items(found, chosen, texts),
        "ledger": None,
        "places": _sketch(placed, chosen),
        "address_of": address_of,
        "cut": say(words["cut"], placed.cut) if placed.cut else "",
        "totals": [sums.total(one, texts) for one in found.totals],
        "stated": found.stated,
        "shares": [sums.share(one, texts) for one in found.benchmarks],
        "goals": sums.goals(found.goals, texts),
        "rows": [_measured(one, texts) for one in found.measured[:SHOWN_MEASURED] if is_first]
        + [_entry(one, texts) for one in found.entries],
        "more_measured": max(0, sum(found.matching.values()) - SHOWN_MEASURED) if is_first else 0,
        "fields": _fields(found, asked, texts),
        "is_chosen": bool(chosen),
        "counted": _counted(found, bool(chosen), texts),
        "following": f"?{urlencode({**chosen, 'cursor': following})}#list" if following else "",
        "boundaries": found.boundaries,
    }
    if placed.places:
        (west, south, east, north), _, _ = places.frame([_drawn(one) for one in placed.places])
        made["data"] |= {
            "t": {**made["data"]["t"], "group": texts["overview"]["choose"]["closer"], "map": texts["map"]},
            "places": f"/api/v1/region/places?{urlencode(chosen)}",
            "frame": [[west, south], [east, north]],
        }
    return made


def _named(one: RegionName) -> str:
    """A region as it is called: its code and name."""
    return f"{one.code} {one.name}".strip()


def _verdict(found: Region, texts: Texts) -> VerdictBanner:
    """The worst state of what is measured, and that nothing is known of how safe the others are."""
    words, total, bad = texts["region"], sum(found.matching.values()), found.needs.states_total
    worst = min(found.matching, key=states.severity, default=None)
    rows = _unmeasured(found)
    unmeasured = say(words["unmeasured"], rows) if rows else ""
    if worst is None:
        title = words["none_measured"] if found.entries_total else words["nothing"]
        return VerdictBanner(states.UNKNOWN, title, unmeasured or words["nothing_says"])
    title = say(words["verdict"], bad, total=total, state=texts["states"][worst]) if bad else texts["states"][worst]
    says = [say(words["measured"], total), unmeasured]
    return VerdictBanner(worst, title, " ".join(filter(None, says)))


def _unmeasured(found: Region) -> int:
    """How many rows stand in registers of which nobody said that they are a facility of this site."""
    return sum(one.unmeasured for one in found.stated)


def _facts(found: Region, texts: Texts) -> list[Fact]:
    """Six figures: what is bad, what nobody measures, and what is not known."""
    words, needs = texts["region"]["facts"], found.needs
    total = sum(found.matching.values())
    known = [one for one in found.benchmarks if one.share is not None]
    best = max(known, key=lambda one: one.share.together.p50 if one.share else 0.0, default=None)
    share = best and sums.share(best, texts)
    return [
        Fact(words["needing"], say(words["of"], some=numbers.count(needs.states_total), total=numbers.count(total))),
        Fact(words["registered"], numbers.count(_unmeasured(found)), sub=words["registered_sub"]),
        Fact(words["without_place"], numbers.count(needs.without_place)),
        Fact(words["reviews"], numbers.count(needs.reviews_total)),
        Fact(words["contradictions"], numbers.count(needs.contradictions_total)),
        Fact(words["share"], share.share_together, "%", share.material)
        if share
        else Fact(words["share"], words["not_computed"], sub=words["not_computed_sub"]),
    ]


@dataclass(frozen=True)
class MapFacility:
    """A facility as the map draws it."""

    facility: str
    name: str
    state: str
    lon: float
    lat: float


def _drawn(one: RegionPoint) -> MapFacility:
    if one.state is None:
        return MapFacility(f"{ADDRESS}:{one.number}", one.name, states.REGISTERED, one.lon, one.lat)
    return MapFacility(one.facility, one.name, one.state, one.lon, one.lat)


def _sketch(placed: RegionPlaces, chosen: Mapping[str, str]) -> places.Sketch | None:
    def of_group(box: str) -> str:
        return f"?{urlencode({**chosen, 'box': box})}#list"

    drawn = [_drawn(one) for one in placed.places]
    return places.sketch(drawn, address_of, of_group, APART, land=_land)


def _land(west: float, south: float, east: float, north: float) -> list[list[tuple[float, float]]]:
    """Outlines of countries, as coarse as the checks of registers need them."""
    return [list(map(tuple, ring.tolist())) for ring in countries.rings_within(west, south, east, north)]


def address_of(one: places.Located) -> str:
    """Where a mark leads: a facility of this site, or a row of a register."""
    own, _, number = one.facility.partition(":")
    return f"/register/{number}" if own == ADDRESS else places.of_facility(one)


def _measured(one: MeasuredFacility, texts: Texts) -> RegionRow:
    words, elements = texts["region"], texts["value"]["elements"]
    named = (str(elements.get(element, element)) for element in one.elements)
    return RegionRow(
        f"/f/{one.facility}/safety",
        one.name,
        ", ".join(filter(None, (one.operator, words["invented"] if one.sample_data else ""))),
        state=one.state,
        said_by=words["here"],
        where=", ".join(filter(None, (one.nuts, one.country))),
        cells={**NOTHING_SAID, "consequence": register.class_words(one.consequence), "commodities": ", ".join(named)},
    )


def _entry(one: RegionEntry, texts: Texts) -> RegionRow:
    words, cells, values = texts["region"], register.cells(one, texts), one.values
    basis = texts["register"]["words"]["tonnage_basis"].get(values.get("tonnage_basis"), words["basis_unknown"])
    written = {name: register.value_words(name, value, texts) for name, value in values.items()}
    return RegionRow(
        f"/register/{one.number}",
        cells["name"],
        ", ".join(filter(None, (cells["id"], texts["register"]["gone"] if one.is_gone else ""))),
        state=states.REGISTERED,
        said_by=one.register_,
        where=", ".join(filter(None, (one.nuts, cells["where"]))),
        cells={
            "status": cells["status"],
            "consequence": cells["consequence"],
            "commodities": written.get("commodities", ""),
            "mass": say(words["mass"], t=written["tonnage_t"], basis=basis) if "tonnage_t" in written else "",
            "next_review": written.get("next_review", ""),
        },
        same=one.facility,
    )


def _counted(found: Region, is_chosen: bool, texts: Texts) -> str:
    if not is_chosen:
        return ""
    total, everything = sum(found.matching.values()), sum(found.by_state.values())
    return say(
        texts["region"]["counted"],
        measured=numbers.count(total),
        of_measured=numbers.count(everything),
        rows=numbers.count(found.entries_total),
        of_rows=numbers.count(found.registered),
    )


def _fields(found: Region, asked: Mapping[str, str], texts: Texts) -> list[FilterField]:
    """Those of registers, and state and region; a box is chosen on the map, and kept."""
    choices, named = found.choices, texts["value"]["elements"]
    elements = [(one, str(named.get(one, one))) for one in choices.elements if one.lower() not in choices.commodities]
    options: Mapping[str, Sequence[tuple[str, str]]] = {
        **register.options(choices, texts),
        "state": [(one, texts["states"][one]) for one in choices.states],
        "nuts": [
            (one.code, say(texts["region"]["nuts"], one.facilities, code=one.code, name=one.name))
            for one in choices.nuts
        ],
        "commodity": [*elements, *((one, one) for one in choices.commodities)],
    }
    return fields(asked, options)
