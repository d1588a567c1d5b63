"""Sums over the newest studies by commodity and UNFC class, and what a year of it is of the EU's consumption.

Each study is drawn as its own page draws it, once, and kept as quantiles: two studies with one seed tell nothing of
one another (`tailings.estimate.sums`).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
from msgspec import Struct

from api.http.database import DatabasePool
from api.region import queries
from api.region.models import BenchmarkShare, CommodityTotal, StatedConsumptionRow, SummedAmount
from api.region.queries import StudyCase, StudyKey
from api.studies.models import OutcomeSpread
from tailings.commodities import lists
from tailings.commodities.contribution import Consumption
from tailings.estimate import outcomes, sums
from tailings.estimate.outcomes import Case
from tailings.series import Values
from tailings.study.what_if import EVEN, moved

MAX_KEPT: Final = 5_000
"""Studies; each takes some 25 kB a commodity."""
MAX_SUMS: Final = 200
ALL_CLASSES: Final = ""
Key = TypeVar("Key")
Kept = TypeVar("Kept")


class StudiedCommodity(Struct, frozen=True):
    """One commodity of a study as quantiles [t]; yearly_t: None where no throughput is stated."""

    element: str
    unfc: str
    is_invented: bool
    is_signed: bool
    contained_t: Values
    recoverable_t: Values
    yearly_t: Values | None


class RegionSums(Struct, frozen=True):
    """The sums of some studies: by commodity and class, and of a year of each strategic raw material."""

    totals: tuple[CommodityTotal, ...]
    yearly: tuple[YearlySum, ...]


class YearlySum(Struct, frozen=True):
    """What is recovered in a year; None: no study states a throughput."""

    element: str
    facilities: int
    with_throughput: int
    yearly_t: SummedAmount | None


class StudiedAmounts:
    """The amounts of each study that was asked for, drawn once, and their sums; what nobody asks for goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[StudyKey, tuple[StudiedCommodity, ...]] = OrderedDict()
        self._sums: OrderedDict[tuple[StudyKey, ...], RegionSums] = OrderedDict()

    async def of_facilities(self, database: DatabasePool, facilities: Sequence[str]) -> RegionSums:
        """Return the sums over the newest study of each facility that has one."""
        keys = tuple(await queries.versions(database, facilities))
        if keys not in self._sums:
            found = [commodity for some in (await self._of_studies(database, keys)).values() for commodity in some]
            self._keep(self._sums, {keys: await asyncio.to_thread(_sums, found)}, MAX_SUMS)
        return self._sums[keys]

    async def contained(self, database: DatabasePool, facilities: Sequence[str]) -> dict[str, dict[str, OutcomeSpread]]:
        """Return what each commodity of the newest study of each facility holds [t], by facility and element."""
        found = await self._of_studies(database, await queries.versions(database, facilities))
        return {
            key.facility: {one.element: summed([one.contained_t]).together for one in some}
            for key, some in found.items()
        }

    async def _of_studies(
        self, database: DatabasePool, keys: Sequence[StudyKey]
    ) -> dict[StudyKey, tuple[StudiedCommodity, ...]]:
        new = [one for one in keys if one not in self._kept]
        drawn = await asyncio.to_thread(_drawn, await queries.cases(database, new)) if new else {}
        found = {key: drawn[key] if key in drawn else self._kept[key] for key in keys}
        self._keep(self._kept, found, MAX_KEPT)
        return found

    @staticmethod
    def _keep(kept: OrderedDict[Key, Kept], more: Mapping[Key, Kept], most: int) -> None:
        for key, value in more.items():
            kept[key] = value
            kept.move_to_end(key)
        while len(kept) > most:
            kept.popitem(last=False)


def _sums(found: Sequence[StudiedCommodity]) -> RegionSums:
    elements = sorted({one.element for one in found if lists.status(one.element).standing == "strategic"})
    return RegionSums(tuple(totals(found)), tuple(_yearly(one, found) for one in elements))


def _yearly(element: str, found: Sequence[StudiedCommodity]) -> YearlySum:
    own = [one for one in found if one.element == element]
    yearly = [one.yearly_t for one in own if one.yearly_t is not None]
    return YearlySum(element, len(own), len(yearly), summed(yearly) if yearly else None)


def _drawn(cases: Sequence[StudyCase]) -> dict[StudyKey, tuple[StudiedCommodity, ...]]:
    return {StudyKey(one.facility, one.version): tuple(commodities(one)) for one in cases}


def commodities(study: StudyCase) -> list[StudiedCommodity]:
    """Draw a study again, all of its tonnes within reach, as its page does."""
    case = moved(msgspec.convert(study.case, Case), {}, 1.0, EVEN)
    drawn = outcomes.run(case, study.draws, study.seed, np.array(study.correlation))
    yearly = outcomes.recovered_in_a_year(case, drawn)
    return [
        StudiedCommodity(
            one.element,
            study.unfc.get(one.element, ""),
            is_invented=bool(study.synthetic),
            is_signed=bool(study.signed_by),
            contained_t=sums.profile(drawn.contained[one.element]),
            recoverable_t=sums.profile(drawn.recoverable[one.element]),
            yearly_t=None if yearly is None else sums.profile(yearly[one.element]),
        )
        for one in case.commodities
    ]


def totals(found: Sequence[StudiedCommodity]) -> list[CommodityTotal]:
    """Sum them by commodity and class, and over all classes of a commodity that has several."""
    grouped: dict[tuple[str, str], list[StudiedCommodity]] = {}
    for one in found:
        grouped.setdefault((one.element, one.unfc), []).append(one)
    for element in sorted({one.element for one in found}):
        if sum(element == of for of, _ in grouped) > 1:
            grouped[element, ALL_CLASSES] = [one for one in found if one.element == element]
    return [_total(*key, grouped[key]) for key in sorted(grouped)]


def _total(element: str, unfc: str, found: Sequence[StudiedCommodity]) -> CommodityTotal:
    return CommodityTotal(
        element=element,
        unfc=unfc,
        facilities=len(found),
        invented=sum(one.is_invented for one in found),
        unsigned=sum(not one.is_signed for one in found),
        contained_t=summed([one.contained_t for one in found]),
        recoverable_t=summed([one.recoverable_t for one in found]),
    )


def summed(profiles: Sequence[Values]) -> SummedAmount:
    """Return a sum both ways."""
    both = sums.independent(profiles), sums.together(profiles)
    independent, together = (OutcomeSpread(p90=p90, p50=p50, p10=p10) for p90, p50, p10 in both)
    return SummedAmount(independent=independent, together=together)


def shares(found: Sequence[YearlySum], stated: Sequence[Consumption]) -> list[BenchmarkShare]:
    """Return what a year of each strategic raw material is of the EU's consumption, or what is missing for that."""
    return [_share(one, [row for row in stated if row.element == one.element]) for one in found]


def _share(one: YearlySum, stated: Sequence[Consumption]) -> BenchmarkShare:
    newest = max(stated, key=lambda row: row.year, default=None)
    return BenchmarkShare(
        element=one.element,
        facilities=one.facilities,
        with_throughput=one.with_throughput,
        yearly_t=one.yearly_t,
        consumption=None if newest is None else StatedConsumptionRow(**_without_element(newest)),
        share=_over(one.yearly_t, newest.tonnes_per_year) if one.yearly_t and newest else None,
    )


def _over(one: SummedAmount, tonnes: float) -> SummedAmount:
    independent, together = (
        OutcomeSpread(p90=of.p90 / tonnes, p50=of.p50 / tonnes, p10=of.p10 / tonnes)
        for of in (one.independent, one.together)
    )
    return SummedAmount(independent=independent, together=together)


def _without_element(one: Consumption) -> Mapping[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(one).items() if name != "element"}
