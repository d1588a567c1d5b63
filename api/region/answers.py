"""The one way to a region, for its addresses and its page: as many statements, however many facilities there are."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from api.facilities import queries as facilities
from api.http import times
from api.http.database import DatabasePool
from api.overview import answers as overviews
from api.overview.selection import Listed
from api.region import contradictions, measured, nuts, operator_files, queries, totals
from api.region.filters import RegionFilter
from api.region.models import (
    Benchmark,
    MeasuredFacility,
    NeedsALook,
    Region,
    RegionChoices,
    RegionEntry,
    RegionPlaces,
    RegionPoint,
    StatedAmounts,
)
from api.region.operator_files import LoadedRegions
from api.region.queries import OnMap
from api.region.totals import StudiedAmounts
from api.register import queries as registers
from api.register import same_facility
from api.register.filters import EntryFilter
from api.register.models import RegisterChoices
from api.register.queries import Asked
from api.register.same_facility import SameFacility
from tailings.assess.model import Verdict
from tailings.assess.verdict import SEVERITY
from tailings.commodities.benchmarks import benchmarks
from tailings.register.same_facility import Member

ANYTHING: Final = EntryFilter.model_validate({})
MAX_MEASURED: Final = 100
MAX_LOOKS: Final = 5
NEED_A_LOOK: Final[tuple[Verdict, ...]] = ("red", "orange", "blind", "yellow")


class EntryPart(NamedTuple):
    """Up to so many rows of registers, behind the one of this number."""

    after: int
    limit: int


class KnownChoices:
    """What rows can be chosen by, and how many there are: asked once for each file that comes in, and who reads."""

    def __init__(self) -> None:
        self._found: dict[bool, tuple[int, RegisterChoices, int]] = {}

    async def of(self, database: DatabasePool, newest: int, sees_all: bool) -> tuple[RegisterChoices, int]:
        """Return both, as they are with the newest file of any register."""
        if sees_all not in self._found or self._found[sees_all][0] != newest:
            choices = await registers.choices(database, sees_all)
            self._found[sees_all] = newest, choices, await registers.total(database, ANYTHING.values(sees_all))
        _, choices, total = self._found[sees_all]
        return choices, total


@dataclass(frozen=True)
class RegionCache:
    """What is reckoned once, and where the operator's files lie."""

    state_folder: Path | None
    amounts: StudiedAmounts = field(default_factory=StudiedAmounts)
    codes: nuts.EntryCodes = field(default_factory=nuts.EntryCodes)
    known: KnownChoices = field(default_factory=KnownChoices)


@dataclass(frozen=True)
class ChosenFacilities:
    """What meets what was asked for: facilities of this site, and what a query of registers asks with."""

    listed: list[Listed]
    everything: list[MeasuredFacility]
    found: list[MeasuredFacility]
    asked: Asked
    said: SameFacility
    codes: nuts.RowCodes
    regions: LoadedRegions | None
    newest: int

    @property
    def same(self) -> Mapping[int, str]:
        """The facility of this site that a row is."""
        return self.said.facilities

    @property
    def ids(self) -> frozenset[str]:
        """The facilities of this site that are found."""
        return frozenset(one.facility for one in self.found)


async def of_region(
    database: DatabasePool, kept: RegionCache, which: RegionFilter, seen: frozenset[str] | None, part: EntryPart
) -> Region:
    """Return a part of the rows of registers that meet what is asked for, with all else; `next` is for the address."""
    now, commit = times.now(), await facilities.newest_commit(database)
    of = await _chosen(database, kept, which, seen, now)
    return await _region(database, kept, which, of, (now, commit), part=part)


async def on_page(
    database: DatabasePool, kept: RegionCache, which: RegionFilter, seen: frozenset[str] | None, part: EntryPart
) -> tuple[Region, RegionPlaces]:
    """Return what the page is made of, both of one choosing."""
    now, commit = times.now(), await facilities.newest_commit(database)
    of = await _chosen(database, kept, which, seen, now)
    return await _region(database, kept, which, of, (now, commit), part=part), await _places(database, of)


async def _region(
    database: DatabasePool,
    kept: RegionCache,
    which: RegionFilter,
    of: ChosenFacilities,
    as_of: tuple[datetime, int],
    *,
    part: EntryPart,
) -> Region:
    now, commit = as_of
    sees_all = bool(of.asked["sees_all"])
    stated = await queries.stated(database, of.asked, list(of.same))
    amounts = await kept.amounts.of_facilities(database, sorted(of.ids))
    consumption = operator_files.consumption(kept.state_folder)
    entries = await registers.after(database, of.asked, part.after, part.limit)
    lying = await _lying(database, of, sees_all)
    choices, registered = await kept.known.of(database, of.newest, sees_all)
    zones = {one.facility.timezone for one in of.listed}
    return Region(
        now=now,
        commit=commit,
        zone=zones.pop() if len(zones) == 1 else "UTC",
        by_state=_by_state(of.everything),
        matching=_by_state(of.found),
        registered=registered,
        choices=_choices(of, choices, lying),
        chosen=nuts.chosen(which.nuts, lying, of.regions),
        measured=of.found[:MAX_MEASURED],
        entries_total=sum(one.rows + one.gone for one in stated),
        entries=[
            RegionEntry(
                **one.model_dump(by_alias=True),
                nuts=of.codes.all.get(one.number, ""),
                facility=of.same.get(one.number, ""),
            )
            for one in entries
        ],
        needs=await _needs(database, of, stated),
        totals=list(amounts.totals),
        stated=stated,
        benchmarks=totals.shares(amounts.yearly, consumption),
        goals=[Benchmark(kind=one.kind, share=one.share, ref=one.ref) for one in benchmarks().benchmark],
        boundaries=nuts.source(of.regions),
    )


async def places(
    database: DatabasePool, kept: RegionCache, which: RegionFilter, seen: frozenset[str] | None
) -> RegionPlaces:
    """Return where what meets the question lies, each facility once: a row that is a measured one is that one."""
    return await _places(database, await _chosen(database, kept, which, seen, times.now()))


async def _places(database: DatabasePool, of: ChosenFacilities) -> RegionPlaces:
    lying = {one.facility: one for one in of.found if one.lon is not None}
    found = {one.facility: one for one in of.found}
    measured = [row for row, one in of.same.items() if one in lying]
    rows = await queries.on_map(database, of.asked, measured, of.said.groups)
    here = [
        RegionPoint(name=one.name, lon=one.lon, lat=one.lat, facility=one.facility, number=0, state=one.state)
        for one in lying.values()
        if one.lon is not None and one.lat is not None
    ]
    said = [_point(one, found.get(of.same.get(one.number, ""))) for one in rows]
    return RegionPlaces(places=[*here, *said], cut=rows[0].total - len(rows) if rows else 0)


def _point(row: OnMap, one: MeasuredFacility | None) -> RegionPoint:
    """A row on the map; one: the facility of this site that it is, whose file states no place of its own."""
    if one is None:
        return RegionPoint(name=row.name, lon=row.lon, lat=row.lat, facility="", number=row.number, state=None)
    return RegionPoint(name=one.name, lon=row.lon, lat=row.lat, facility=one.facility, number=0, state=one.state)


async def _chosen(
    database: DatabasePool, kept: RegionCache, which: RegionFilter, seen: frozenset[str] | None, now: datetime
) -> ChosenFacilities:
    """Find them: regions and states of rows are found by number, all else by the one filter of registers."""
    regions = await asyncio.to_thread(operator_files.regions, kept.state_folder)
    listed = await overviews.listed(database, seen, now)
    everything = measured.facilities(listed, regions)
    said = await same_facility.of_seen(database, [one.facility for one in everything], seen is None)
    same = said.facilities
    newest = await queries.newest_import(database)
    codes = await kept.codes.codes(database, regions, newest)
    asked = which.narrowed(seen is None, _numbers(which, everything, same, codes.all))
    rows = await queries.meeting(database, asked, list(same)) if which.is_of_rows and same else []
    of_rows = frozenset(same[row] for row in rows)
    found = measured.chosen(everything, listed, which, of_rows)
    return ChosenFacilities(
        listed, everything, found, asked=asked, said=said, codes=codes, regions=regions, newest=newest
    )


def _numbers(
    which: RegionFilter, found: Sequence[MeasuredFacility], same: Mapping[int, str], codes: Mapping[int, str]
) -> list[int] | None:
    """Return the entries that a region and a state leave; None: any."""
    sets = []
    if which.nuts is not None:
        sets.append({number for number, code in codes.items() if code.startswith(which.nuts)})
    if which.state is not None:
        stands = {one.facility for one in found if one.state == which.state}
        sets.append({number for number, facility in same.items() if facility in stands})
    return sorted(set.intersection(*sets)) if sets else None


async def _lying(database: DatabasePool, of: ChosenFacilities, sees_all: bool) -> Mapping[str, set[Member]]:
    """What lies in each region and may be read: each facility once, and no row that a register has no more."""
    found: defaultdict[str, set[Member]] = defaultdict(set)
    readable = of.codes.not_gone if sees_all else await _readable(database, of.codes.not_gone)
    for number, code in readable.items():
        found[code].add(of.same.get(number) or of.said.standing.get(number, number))
    for one in of.everything:
        if one.nuts:
            found[one.nuts].add(one.facility)
    return found


def _choices(of: ChosenFacilities, known: RegisterChoices, lying: Mapping[str, set[Member]]) -> RegionChoices:
    here = of.everything
    countries = {*known.countries, *(one.country for one in here if one.country)}
    consequences = {*known.consequences, *(one.consequence for one in here if one.consequence)}
    return RegionChoices(
        registers=known.registers,
        countries=sorted(countries),
        statuses=known.statuses,
        consequences=sorted(consequences),
        commodities=known.commodities,
        states=list(_by_state(here)),
        elements=sorted({element for one in here for element in one.elements}),
        nuts=nuts.names(lying, of.regions),
    )


async def _readable(database: DatabasePool, codes: Mapping[int, str]) -> Mapping[int, str]:
    """The codes of the entries that everybody may read."""
    public = set(await queries.public_entries(database)) if codes else set()
    return {number: code for number, code in codes.items() if number in public}


async def _needs(database: DatabasePool, of: ChosenFacilities, stated: Sequence[StatedAmounts]) -> NeedsALook:
    bad = [one for one in of.found if one.state in NEED_A_LOOK]
    known = [one for one in of.listed if one.facility.id in of.ids]
    contradicted = await contradictions.of_facilities(database, known, of.said, of.asked)
    return NeedsALook(
        states=bad[:MAX_LOOKS],
        states_total=len(bad),
        contradictions=contradicted[:MAX_LOOKS],
        contradictions_total=len(contradicted),
        without_place=sum(one.without_place for one in stated),
        reviews=await queries.late(database, of.asked, MAX_LOOKS),
        reviews_total=sum(one.late_reviews for one in stated),
    )


def _by_state(found: Sequence[MeasuredFacility]) -> dict[Verdict, int]:
    """Count them by state, the worst first."""
    counts = Counter(one.state for one in found)
    return {state: counts[state] for state in reversed(SEVERITY) if counts[state]}
