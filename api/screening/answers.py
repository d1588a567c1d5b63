"""The answers that the addresses and the page of screenings are made of."""

import asyncio
from collections.abc import Collection
from typing import Any, Final

import msgspec

from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.screening import queries
from api.screening.filters import IntervalFilter, PlanFilter
from api.screening.models import (
    HitRate,
    PlannedSamples,
    ScreeningDocument,
    ScreeningIntervals,
    ScreeningPlan,
    ScreeningScores,
)
from tailings.screening import STANDING, PlanCosts, SamplingPlan, StatedGrade, sampling_plan
from tailings.screening.hit_rate import CLAIMED, of_counts

LEGAL_BASIS: Final = "Regulation (EU) 2024/1252, Article 27(7)"
KIND: Final = "run-screening"


async def newest(database: DatabasePool, sees_all: bool) -> ScreeningDocument:
    """Return the newest screening, and how all intervals held."""
    run = await queries.newest(database, sees_all)
    return ScreeningDocument(
        standing=STANDING,
        scope="all" if sees_all else "public",
        run=run,
        hit_rate=await _hit_rate(database, sees_all),
        elements=[] if run is None else await queries.elements(database, run.number, sees_all),
    )


async def intervals(
    database: DatabasePool, which: IntervalFilter, run: int, sees_all: bool, *, after: int, limit: int
) -> ScreeningIntervals:
    """Return a part of the intervals of a screening; `next` is for who knows the address."""
    asked: dict[str, Any] = {name: value or None for name, value in which.asked.items()}
    asked |= {"run": run, "sees_all": sees_all}
    return ScreeningIntervals(
        total=await queries.total(database, asked), intervals=await queries.after(database, asked, after, limit)
    )


async def scores(database: DatabasePool, sees_all: bool) -> ScreeningScores:
    """Return the newest scores, and how all intervals held."""
    return ScreeningScores(
        hit_rate=await _hit_rate(database, sees_all), scores=await queries.scores(database, sees_all)
    )


async def plan(
    database: DatabasePool,
    run: int | None,
    asked: PlanFilter,
    sees_all: bool,
    only: Collection[str | int] | None = None,
) -> ScreeningPlan:
    """Return where the next samples go; it is reckoned beside the requests of others.

    only: facilities and rows of registers that count; None: all.
    """
    of: dict[str, Any] = {"run": run, "element": asked.element, "sees_all": sees_all, "facilities": None, "entries": []}
    if only is not None:
        of["facilities"] = [one for one in only if isinstance(one, str)]
        of["entries"] = [one for one in only if isinstance(one, int)]
    rows = [] if run is None else await queries.planned(database, of)
    if len(rows) > queries.MAX_PLANNED:
        raise BadParameter(f"more than {queries.MAX_PLANNED} intervals: plan for one element at a time.", "element")
    without = 0 if run is None else await queries.without_mass(database, of)
    places = {row["document"]["key"]: row for row in rows}
    found = await asyncio.to_thread(_planned, [row["document"] for row in rows], asked)
    return ScreeningPlan(
        run=run,
        legal_basis=LEGAL_BASIS,
        wanted=asked.samples,
        samples=found.samples,
        cost=found.cost,
        removes=found.removes,
        evenly=found.evenly,
        without_mass=without,
        facilities=[
            PlannedSamples(
                name=places[one.key]["name"],
                facility=places[one.key]["facility"],
                entry=places[one.key]["entry"],
                samples=one.samples,
                cost=one.cost,
                removes=one.removes,
                elements=list(one.elements),
            )
            for one in found.facilities
        ],
    )


def _planned(documents: list[dict[str, Any]], asked: PlanFilter) -> SamplingPlan:
    stated = [msgspec.convert(one, StatedGrade) for one in documents]
    return sampling_plan(stated, asked.samples, PlanCosts(asked.sample_cost, asked.visit_cost))


async def _hit_rate(database: DatabasePool, sees_all: bool) -> HitRate:
    counts = await queries.verdicts(database, sees_all)
    rate = of_counts(counts.get("held", 0), counts.get("held", 0) + counts.get("missed", 0))
    return HitRate(
        claimed=CLAIMED,
        scored=rate.scored,
        held=rate.held,
        undecided=counts.get("undecided", 0),
        share=rate.share,
        low=rate.low,
        high=rate.high,
    )
