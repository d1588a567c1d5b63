"""The one way to a comparison of facilities, for its addresses and for the page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from api.comparison.gathering import Gathered, gather
from api.comparison.known import GatheredFacility, is_unseen
from api.comparison.models import (
    ComparedAxis,
    ComparedFacility,
    ComparedIndicator,
    FacilityComparison,
    KnownIndicator,
    Leader,
    RankShares,
    SettlingStep,
    TurningWeights,
    WeightMove,
)
from api.comparison.parameters import ComparisonQuery
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from tailings.comparison import (
    AXES,
    DRAWS,
    INDICATORS,
    UNKNOWN,
    Axis,
    Candidate,
    Ranking,
    Settling,
    Turning,
    compare,
    of_axis,
)

STEPS: Final = 8
STUDIED: Final = ("net", "confidence")
"""What the steps of a study tell of."""
DIGITS: Final = 4
MAX_KEPT: Final = 16


async def comparison(
    database: DatabasePool, seen: frozenset[str] | None, now: datetime, query: ComparisonQuery
) -> FacilityComparison:
    """Compare the facilities that are seen (None: all) and rows of registers; raise BadParameter for an axis without
    a weight."""
    for axis in AXES:
        if not any(query.stated(axis).values()):
            names = [one.name for one in of_axis(axis)]
            raise BadParameter(f"Give one of {', '.join(names)} a weight above 0: their axis has none.", names[0])
    gathered = await gather(database, seen, now, query.of)
    return await asyncio.to_thread(answer, gathered, query)


def answer(gathered: Gathered, query: ComparisonQuery) -> FacilityComparison:
    """Make the answer from what is known."""
    found = gathered.found
    candidates = msgspec.msgpack.encode([one.candidate for one in found])
    rankings = {
        axis: _ranked(candidates, axis, tuple(query.stated(axis).items()), query.freedom, query.seed)
        for axis in AXES
        if found
    }
    listed = [int(place) for place in rankings[query.by].order[: query.limit]] if found else []
    shares = {axis: _shares(one, listed) for axis, one in rankings.items()}
    return FacilityComparison(
        now=gathered.now,
        commit=gathered.commit,
        seed=query.seed,
        draws=DRAWS,
        freedom=query.freedom / 100,
        total=len(found),
        unseen=sum(is_unseen(one.state) for one in found),
        silent_entries=gathered.silent,
        left_out=gathered.left_out,
        indicators=_indicators(query),
        hazard=_axis(gathered, rankings["hazard"]) if found else None,
        value=_axis(gathered, rankings["value"]) if found else None,
        facilities=[_facility(found[place], {axis: shares[axis][place] for axis in AXES}) for place in listed],
    )


@lru_cache(MAX_KEPT)
def _ranked(candidates: bytes, axis: Axis, stated: tuple[tuple[str, int], ...], freedom: int, seed: int) -> Ranking:
    """Compare on one axis, once for as long as nothing else is known: a page that is renewed asks the same again."""
    known = msgspec.msgpack.decode(candidates, type=tuple[Candidate, ...])
    return compare(axis, known, dict(stated), freedom / 100, seed)


def _indicators(query: ComparisonQuery) -> list[ComparedIndicator]:
    total = {axis: sum(query.stated(axis).values()) for axis in AXES}
    return [
        ComparedIndicator(
            name=one.name,
            axis=one.axis,
            at_0=one.at_0,
            at_1=one.at_1,
            unit=one.unit,
            weight=query.stated(one.axis)[one.name] / total[one.axis],
        )
        for one in INDICATORS
    ]


def _shares(of: Ranking, listed: list[int]) -> dict[int, RankShares]:
    """The standing of those that are listed, by their place among the candidates."""
    descending = np.sort(-of.centre)
    return {place: _standing(of, place, 1 + int(np.searchsorted(descending, -of.centre[place]))) for place in listed}


def _standing(of: Ranking, place: int, rank: int) -> RankShares:
    central = of.central[place]
    return RankShares(
        place=rank,
        centre=_short(of.centre[place]),
        low=_short(of.low[place]),
        high=_short(of.high[place]),
        rank_low=int(of.rank_low[place]),
        rank_high=int(of.rank_high[place]),
        first=_short(of.shares[place, 0]),
        shares=[_short(share) for share in of.shares[place, : len(of.order)]],
        central_weights=None if np.isnan(central).any() else dict(zip(of.names, map(_short, central), strict=True)),
    )


def _axis(gathered: Gathered, of: Ranking) -> ComparedAxis:
    found = gathered.found
    leaders = [
        Leader(key=found[place].key, name=found[place].name, first=_short(of.shares[place, 0]))
        for place in of.order[:2]
    ]
    return ComparedAxis(
        first=leaders[0],
        second=leaders[1] if len(leaders) > 1 else None,
        turning=_turning(of, of.turning) if of.turning else None,
        settling=[_step(found[one.place], one) for one in of.settling[:STEPS] if one.removed > 0],
    )


def _turning(of: Ranking, found: Turning) -> TurningWeights:
    return TurningWeights(
        moved=_short(found.moved),
        moves=[
            WeightMove(giver=of.names[one.giver], receiver=of.names[one.receiver], share=_short(one.share))
            for one in found.moves
        ],
        weights=dict(zip(of.names, map(_short, found.weights), strict=True)),
    )


def _step(of: GatheredFacility, one: Settling) -> SettlingStep:
    step = of.step if one.indicator in STUDIED else None
    return SettlingStep(
        key=of.key,
        facility=of.facility,
        name=of.name,
        indicator=one.indicator,
        now=_short(one.now),
        known=_short(one.known),
        measure=step.name if step else None,
        cost=step.cost if step else None,
        currency=step.currency if step else None,
    )


def _facility(of: GatheredFacility, shares: Mapping[Axis, RankShares]) -> ComparedFacility:
    return ComparedFacility(
        key=of.key,
        facility=of.facility,
        entry=of.entry,
        register=of.register,
        name=of.name,
        state=of.state,
        sample_data=of.sample_data,
        indicators=[_known(of, one.name) for one in INDICATORS],
        hazard=shares["hazard"],
        value=shares["value"],
    )


def _known(of: GatheredFacility, name: str) -> KnownIndicator:
    told = of.told.get(name)
    found = told.range if told else UNKNOWN
    return KnownIndicator(
        name=name,
        low=_short(found.low),
        middle=None if found.middle is None else _short(found.middle),
        high=_short(found.high),
        is_known=found.is_known,
        source=told.source if told else None,
        dated=told.dated if told else None,
        code=told.code if told else None,
        numbers=list(told.numbers) if told else [],
    )


def _short(value: float) -> float:
    return round(float(value), DIGITS)
