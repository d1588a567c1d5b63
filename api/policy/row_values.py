"""The rows that indicators are evaluated over: facilities of a place as they stood, with the values that they need.

What people said is one facility is one row. Values of a row:

consequence_class, people_at_risk, status     the facility file, then the register of the newest day that states it
fields_stated                                 fields that Article 27(4) needs and registers state
is_read                                       this site had a reading of it in the thirty days before
plans, blind_h, not_proved_h                  the record of sight of a year, sums over plans
limits, limits_exceeded, limits_open          limits of the permit in the facility file of then, by water samples
tonnes_p90, _p50, _p10, _quantiles            contained tonnes of an element by the newest study
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
import numpy as np

from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.policy import standing_rows
from api.policy.standing_rows import StandingEntry, StandingFacility
from api.region import queries as region
from api.region import totals
from api.region.queries import StudyKey
from api.register import matches
from api.sight import queries as sights
from api.water import answers as water
from api.water import queries as permits
from tailings.policy import PolicyQuery, PolicyRow, indicator
from tailings.policy.values import Value
from tailings.register import closed_facilities, countries, same_facility
from tailings.register.closed_facilities import FIELDS
from tailings.register.same_facility import Decision
from tailings.register.search import folded
from tailings.register.values import Values

HOUR_S: Final = 3600
QUANTILES: Final = 101
OF_REGISTERS: Final = ("consequence_class", "people_at_risk")
EXCLUDED: Final = "excluded"
PLACE: Final = ("country", "region", "longitude", "latitude")
Found = dict[str, dict[str, Value]]


class StandingRow(msgspec.Struct, frozen=True):
    """One facility: its key, what is known of it, and the facility of this site that it is."""

    key: str
    name: str
    version: str
    values: dict[str, Value]
    facility: StandingFacility | None
    place: Values


async def rows(
    database: DatabasePool, query: PolicyQuery, stood: Sequence[StandingRow], as_of: datetime
) -> list[PolicyRow]:
    """Return the rows of a query, of what stood at the instant."""
    needs = frozenset(indicator(query).NEEDS)
    inside = [one for one in stood if _lies_in(one, query)]
    here = {one.facility.id: one.facility for one in inside if one.facility is not None}
    found: Found = defaultdict(dict)
    if "is_read" in needs:
        read = await standing_rows.read(database, list(here), as_of)
        found |= {id: {"is_read": id in read} for id in here}
    if "plans" in needs:
        found |= {id: await _sight(database, id, query.year, as_of) for id in here}
    if "limits" in needs:
        found |= {id: await _limits(database, one, as_of) for id, one in here.items()}
    versions: Mapping[str, int] = {}
    if "tonnes_p50" in needs:
        versions = await standing_rows.studies(database, list(here), as_of)
        found |= await _tonnes(database, versions, query.element)
    return [_row(one, found, versions) for one in inside]


def _row(one: StandingRow, found: Found, versions: Mapping[str, int]) -> PolicyRow:
    if one.facility is None:
        return PolicyRow(one.key, one.name, one.version, one.values)
    study = f", study@{versions[one.facility.id]}" if one.facility.id in versions else ""
    return PolicyRow(one.key, one.name, one.version + study, {**one.values, **found.get(one.facility.id, {})})


async def standing(database: DatabasePool, as_of: datetime, public: bool) -> list[StandingRow]:
    """Return what stood at an instant; public: of what everybody may read. Raise BadParameter for more than one holds.

    It is asked once for all indicators of an instant.
    """
    entries = await standing_rows.entries(database, as_of, public)
    if len(entries) > standing_rows.MAX_ROWS:
        raise BadParameter(f"Registers have more than {standing_rows.MAX_ROWS} rows; one indicator holds no more.", "")
    facilities = {one.id: one for one in await standing_rows.facilities(database, as_of, public)}
    known = {one.number: one for one in entries}
    said = [
        Decision(one.entry, one.other, one.facility, one.is_same)
        for one in await standing_rows.decisions(database, as_of)
        if one.entry in known and (one.other in known or one.facility in facilities)
    ]
    groups = same_facility.groups(said)
    grouped = {member for group in groups for member in group}
    alone = [[one] for one in entries if one.number not in grouped]
    found = [standing_row(of, None) for of in alone if not of[0].is_gone]
    found += [standing_row([], one) for id, one in facilities.items() if id not in grouped]
    for group in groups:
        own = next((facilities[one] for one in group if isinstance(one, str)), None)
        of = [known[one] for one in sorted(m for m in group if isinstance(m, int)) if not known[one].is_gone]
        if of or own:
            found.append(standing_row(of, own))
    return sorted(found, key=lambda one: one.key)


def standing_row(entries: Sequence[StandingEntry], facility: StandingFacility | None) -> StandingRow:
    """Make one row of what is one facility."""
    newest = sorted(entries, key=lambda one: (-one.day.toordinal(), one.number))
    own = matches.facility_values(facility.id, facility.document) if facility else {}
    stated: list[Values] = [own, *(one.values for one in newest)]
    first = min(entries, key=lambda one: one.number, default=None)
    versions = [f"{one.register}:{one.id}@{one.revision}" for one in newest]
    return StandingRow(
        f"facility:{facility.id}" if facility else f"register:{first.register}:{first.id}" if first else "",
        str(next(one["name"] for one in stated if "name" in one)),
        ", ".join([*([f"file@{facility.version}"] if facility else []), *versions]),
        _values(own, stated[1:]),
        facility=facility,
        place={name: one[name] for name in PLACE for one in reversed(stated) if name in one},
    )


def _values(own: Values, registers: Sequence[Values]) -> dict[str, Value]:
    stated = [own, *registers]
    found: dict[str, Value] = {}
    for name in OF_REGISTERS:
        if (said := next((one[name] for one in stated if one.get(name) not in (None, "")), None)) is not None:
            found[name] = said
    if statuses := closed_facilities.stated_statuses(stated):
        found["status"] = statuses[0]
    if any("excluded_because" in one for one in stated):
        found["status"] = EXCLUDED
    needed = [one for one in FIELDS if one.is_needed]
    found["fields_stated"] = sum(any(all(name in one for name in of.columns) for one in registers) for of in needed)
    return found


def _lies_in(one: StandingRow, query: PolicyQuery) -> bool:
    if query.region and not folded(str(one.place.get("region", ""))).startswith(folded(query.region)):
        return False
    return not query.country or _country(one.place) == query.country


def _country(place: Values) -> str:
    if place.get("country"):
        return str(place["country"])
    if "longitude" in place and "latitude" in place:
        return countries.at(float(place["longitude"]), float(place["latitude"]))
    return ""


async def _sight(database: DatabasePool, facility: str, year: int, as_of: datetime) -> dict[str, Value]:
    """Sums over plans that call people; nothing where no proof of the year is known."""
    record = (await sights.of_year(database, facility, year, as_of)).record
    hours = (record.until - record.from_at).total_seconds() / HOUR_S
    calling = [one for one in record.plans if one.simulated < 1]
    if not record.proofs or not calling:
        return {}
    return {
        "plans": len(calling),
        "blind_h": round(hours * sum(one.blind for one in calling), 3),
        "not_proved_h": round(hours * sum(one.not_proved for one in calling), 3),
    }


async def _limits(database: DatabasePool, one: StandingFacility, as_of: datetime) -> dict[str, Value]:
    zone = str(one.document.get("facility", one.document).get("timezone") or "UTC")
    permit = permits.limits_of(one.document.get("permit"))
    judged = await water.judged(database, one.id, zone, as_of, permit=permit)
    outcomes = [limit.outcome for limit in judged.limits]
    return {
        "limits": len(outcomes),
        "limits_exceeded": outcomes.count("exceeded"),
        "limits_open": outcomes.count("not-decided"),
    }


async def _tonnes(database: DatabasePool, versions: Mapping[str, int], element: str) -> Found:
    cases = await region.cases(database, [StudyKey(*one) for one in versions.items()])
    drawn = await asyncio.to_thread(
        lambda: {case.facility: totals.commodities(case) for case in cases if not case.synthetic}
    )
    kept = {id: next((of.contained_t for of in found if of.element == element), None) for id, found in drawn.items()}
    return {id: _quantiles(one) for id, one in kept.items() if one is not None}


def _quantiles(profile: np.ndarray) -> dict[str, Value]:
    """Some of its quantiles, to six digits: what follows is noise of the draws."""
    ranks = np.linspace(0.0, 1.0, QUANTILES)
    found = [float(f"{one:.6g}") for one in np.interp(ranks, np.linspace(0.0, 1.0, len(profile)), profile)]
    return {"tonnes_p90": found[10], "tonnes_p50": found[50], "tonnes_p10": found[90], "tonnes_quantiles": list(found)}
