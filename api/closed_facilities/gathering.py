"""Closed facilities as a reader may see them: rows that people said are one, with what this site has of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.closed_facilities import queries
from api.closed_facilities.queries import StudiedFields
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.region.totals import StudiedAmounts
from api.register import same_facility
from api.studies.models import OutcomeSpread
from tailings.register.closed_facilities import (
    ClosedFacility,
    RegisteredRow,
    StudiedFacility,
    closed,
    stated_statuses,
)
from tailings.register.same_facility import Member
from tailings.register.values import Values
from tailings.study.competent_person import SCREENING


class GatheredClosed(NamedTuple):
    """Closed facilities in the database and those that a register leaves out, by name; rows without a status; the
    newest screening."""

    facilities: list[ClosedFacility]
    excluded: list[ClosedFacility]
    unsaid: int
    screening: int | None
    unscreened: int
    """Facilities in the database of which it states no interval."""
    screened: dict[Member, ClosedFacility]
    """Those of which it states one, each by the one member that it knows it by: a facility of this site, or a row."""


async def gather(database: DatabasePool, amounts: StudiedAmounts, seen: frozenset[str] | None) -> GatheredClosed:
    """Return what is closed of what is seen (None: all); raise BadParameter for more than one answer holds."""
    sees_all = seen is None
    same = await same_facility.of_seen(database, seen, sees_all)
    grouped = [one for group in same.groups for one in group if isinstance(one, int)]
    rows = await queries.rows(database, grouped, sees_all)
    if len(rows) > queries.MAX_ROWS:
        raise BadParameter(f"more than {queries.MAX_ROWS} rows of registers are closed; this answer holds no more.", "")
    facilities = sorted(set(same.facilities.values()))
    studied = await _studied(database, amounts, facilities)
    stated = await queries.screened(database, facilities, [one.number for one in rows], sees_all)
    elements: dict[Member | None, list[str]] = {
        one.facility or one.entry: [element for element in one.elements if element] for one in stated
    }
    found, unsaid = [], await queries.unsaid(database, grouped, sees_all)
    screened = dict[Member, ClosedFacility]()
    for group in _groups(rows, same.groups):
        facility = next((same.facilities[one.number] for one in group if one.number in same.facilities), None)
        keys: list[Member | None] = [facility, *(one.number for one in group)]
        known = next((key for key in keys if key is not None and elements.get(key)), None)
        unsaid += 0 if stated_statuses(row.values for row in group) else len(group)
        if one := closed(group, studied[facility] if facility else None, elements[known] if known else []):
            found.append(one)
            if known is not None and not one.excluded_because:
                screened[known] = one
    kept = [one for one in found if not one.excluded_because]
    return GatheredClosed(
        kept,
        [one for one in found if one.excluded_because],
        unsaid=unsaid,
        screening=stated[0].run if stated else None,
        unscreened=len(kept) - len(screened),
        screened=screened,
    )


def _groups(rows: Sequence[RegisteredRow], same: Sequence[frozenset[Member]]) -> list[list[RegisteredRow]]:
    """The rows of each facility, in the order of the first of each."""
    of = {member: number for number, group in enumerate(same) for member in group}
    found: dict[tuple[str, int], list[RegisteredRow]] = defaultdict(list)
    for one in rows:
        found["group" if one.number in of else "alone", of.get(one.number, one.number)].append(one)
    return list(found.values())


async def _studied(
    database: DatabasePool, amounts: StudiedAmounts, facilities: Sequence[str]
) -> dict[str, StudiedFacility]:
    sampled = {one.facility: one for one in await queries.samples(database, facilities)}
    studies = {one.facility: one for one in await queries.studies(database, facilities)}
    measured = [one.facility for one in studies.values() if not one.synthetic]
    contained = await amounts.contained(database, measured)
    found = {}
    for facility in facilities:
        study, samples = studies.get(facility), sampled.get(facility)
        found[facility] = StudiedFacility(
            facility,
            version=study.version if study else 0,
            values=_values(study, contained[facility]) if study and not study.synthetic else {},
            samples=samples.samples if samples else 0,
            made=study.made if study else None,
            sampled=samples.first if samples else None,
        )
    return found


def _values(study: StudiedFields, contained: Mapping[str, OutcomeSpread]) -> Values:
    """Its fields in the columns of registers; of grades and masses P90 to P10, of the volume P50."""
    found: Values = {}
    if study.extent_m2 is not None:
        found["area_m2"] = study.extent_m2
    if study.volume is not None:
        found["volume_m3"] = study.volume["mid"]
    if study.commodities:
        found["quantities"] = "; ".join(
            f"{element} {of.p90:.4g} to {of.p10:.4g} t (P90 to P10)" for element, of in contained.items()
        )
        found["concentrations"] = "; ".join(
            "{element} {low:.4g} to {high:.4g} mg/kg (P90 to P10)".format(element=one["element"], **one["grade"])
            for one in study.commodities
        )
    if classes := [f"{element} {unfc}" for element, unfc in sorted(study.unfc.items()) if unfc]:
        found["unfc"] = ", ".join(classes) + ("" if study.signed_by else f" ({SCREENING})")
    if study.deposit:
        found["original_deposit"] = ", ".join(study.deposit)
    return found
