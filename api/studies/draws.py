"""The outcomes of a study drawn again, as the api shows them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from api.studies import models
from api.studies.models import BulkUse, CommodityOutcome, Outcomes, OutcomeSpread
from tailings.estimate import outcomes
from tailings.estimate.outcomes import counted, histogram, p90_p50_p10, share_of_losses, tornado
from tailings.series import Values
from tailings.study import StudyResult, advice, net_values, turning
from tailings.study.what_if import EVEN, moved

MAX_KEPT: Final = 16


@lru_cache(MAX_KEPT)
def own(
    facility: str, version: int, result: StudyResult, reachable: float = 1.0, grades: tuple[tuple[str, float], ...] = ()
) -> Outcomes:
    """Return the outcomes of a study without factors, drawn once: every answer about it holds them."""
    return of_study(facility, version, result, {}, reachable, grades=dict(grades))


@lru_cache(MAX_KEPT)
def advised(facility: str, version: int, result: StudyResult) -> advice.Advice:
    """Return what to find out next by the draws of a study, reckoned once."""
    return advice.advice(result)


def of_study(
    facility: str,
    version: int,
    result: StudyResult,
    factors: Mapping[str, float],
    reachable: float = 1.0,
    *,
    grades: Mapping[str, float] = EVEN,
) -> Outcomes:
    """Draw a study again; raises ValueError for a factor that is none."""
    drawn = net_values(result, factors, reachable, grades)
    case, (edges, counts), npv = moved(result.case, factors, reachable, grades), histogram(drawn.net), drawn.npv
    how = case.discounting
    return Outcomes(
        facility=facility,
        version=version,
        factors=dict(factors),
        reachable=reachable,
        currency=result.currency,
        net=spread(drawn.net),
        chance_of_loss=drawn.chance_of_loss,
        npv=None if npv is None else spread(npv),
        npv_chance_of_loss=None if npv is None else share_of_losses(npv),
        missing_for_discounting=[] if npv is not None else list(result.missing_for_discounting),
        discount_rate=how.rate if how else None,
        years=spread(how.years(drawn.tonnes * reachable)) if how else None,
        dry_tonnes=spread(drawn.tonnes),
        recoverable_value=spread(drawn.recovered_value),
        commodities=[_commodity(one, drawn) for one in case.commodities],
        uses={name: spread(values) for name, values in drawn.uses.items()},
        avoided_liability=spread(drawn.avoided),
        edges=edges,
        counts=counts,
        npv_counts=None if npv is None else counted(npv, edges),
        turning=[models.TurningPoint(**msgspec.structs.asdict(one)) for one in turning.points(case)],
        tornado=[models.Bar(**msgspec.structs.asdict(bar)) for bar in tornado(case)],
    )


def uses(result: StudyResult, drawn: Outcomes) -> list[BulkUse]:
    """Return what becomes of the mass itself."""
    return [
        BulkUse(
            name=one.name,
            share=one.share,
            tonnes=drawn.dry_tonnes.p50 * one.share,
            price=one.price.mid,
            value=drawn.uses[one.name],
        )
        for one in result.case.bulk
    ]


def spread(values: Values) -> OutcomeSpread:
    """Return P90, P50 and P10 of draws."""
    p90, p50, p10 = p90_p50_p10(values)
    return OutcomeSpread(p90=p90, p50=p50, p10=p10)


def _commodity(one: outcomes.Commodity, drawn: outcomes.Outcomes) -> CommodityOutcome:
    recoverable = spread(drawn.recoverable[one.element])
    return CommodityOutcome(
        element=one.element,
        contained_t=spread(drawn.contained[one.element]),
        recoverable_t=recoverable,
        value=recoverable.p50 * one.price.mid * one.payability,
    )
