"""Sums over the newest studies by commodity and UNFC class, and what a year of it is of the EU's consumption.

Each study is drawn as its own page draws it, once, and kept as quantiles: two studies with one seed tell nothing of
one another (`tailings.estimate.sums`).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

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
ALL_CLASSES: Final = ""


class StudiedCommodity(Struct, frozen=True):
    """One commodity of a study as quantiles [t]; yearly_t: None where no throughput is stated."""

    element: str
    unfc: str
    is_invented: bool
    is_signed: bool
    contained_t: Values
    recoverable_t: Values
    yearly_t: Values | None


class StudiedAmounts:
    """The amounts of each study that was asked for, drawn once; those that nobody asks for any more go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[StudyKey, tuple[StudiedCommodity, ...]] = OrderedDict()

    async def of_facilities(self, database: DatabasePool, facilities: Sequence[str]) -> list[StudiedCommodity]:
        """Return the commodities of the newest study of each facility that has one."""
        keys = await queries.versions(database, facilities)
        if new := [one for one in keys if one not in self._kept]:
            drawn = await asyncio.to_thread(_drawn, await queries.cases(database, new))
            self._kept |= drawn
        found = [commodity for key in keys for commodity in self._kept[key]]
        for key in keys:
            self._kept.move_to_end(key)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return found


def _drawn(cases: Sequence[StudyCase]) -> dict[StudyKey, tuple[StudiedCommodity, ...]]:
    return {StudyKey(one.facility, one.version): tuple(commodities(one)) for one in cases}


def commodities(study: StudyCase) -> list[StudiedCommodity]:
    """Draw a study again, all of its tonnes within reach, as its page does."""
    case = moved(msgspec.convert(study.case, Case), {}, 1.0, EVEN)
    drawn = outcomes.run(case, study.draws, study.seed, np.array(study.correlation))
    years = None if case.discounting is None else case.discounting.years(drawn.tonnes)
    return [
        StudiedCommodity(
            one.element,
            study.unfc.get(one.element, ""),
            is_invented=bool(study.synthetic),
            is_signed=bool(study.signed_by),
            contained_t=sums.profile(drawn.contained[one.element]),
            recoverable_t=sums.profile(recoverable := drawn.recoverable[one.element]),
            yearly_t=None if years is None else sums.profile(recoverable / np.maximum(years, 1.0)),
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


def shares(found: Sequence[StudiedCommodity], stated: Sequence[Consumption]) -> list[BenchmarkShare]:
    """Return what a year of each strategic raw material is of the EU's consumption, or what is missing for that."""
    elements = sorted({one.element for one in found if lists.status(one.element).standing == "strategic"})
    return [_share(element, [one for one in found if one.element == element], stated) for element in elements]


def _share(element: str, found: Sequence[StudiedCommodity], stated: Sequence[Consumption]) -> BenchmarkShare:
    newest = max((one for one in stated if one.element == element), key=lambda one: one.year, default=None)
    yearly = [one.yearly_t for one in found if one.yearly_t is not None]
    total = summed(yearly) if yearly else None
    is_known = total is not None and newest is not None
    return BenchmarkShare(
        element=element,
        facilities=len(found),
        with_throughput=len(yearly),
        yearly_t=total,
        consumption=None if newest is None else StatedConsumptionRow(**_without_element(newest)),
        share=summed([one / newest.tonnes_per_year for one in yearly]) if is_known and newest else None,
    )


def _without_element(one: Consumption) -> Mapping[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(one).items() if name != "element"}
