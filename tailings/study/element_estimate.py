"""One element of a study: its realisations, other ways to the same as a check, and what is said of it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.commodities import contribution, lists, prices
from tailings.commodities.unfc import Criterion
from tailings.estimate import kriging, outcomes, panels, variograms
from tailings.estimate.kriging import Check
from tailings.estimate.outcomes import Z10, Case, Outcomes, Spread
from tailings.estimate.variograms import Variogram
from tailings.series import Values
from tailings.study import realised
from tailings.study.inputs import BadStudy, StudyInputs, Wanted
from tailings.study.laid import Laid
from tailings.study.realised import Modelled
from tailings.study.results import CommodityResult

LEAST_COMPOSITES: Final = 10


class CrossCheck(Struct, frozen=True):
    """Other ways to the same: a variogram by least squares, leaving one out with it, and inverse distance."""

    variogram: Variogram
    check: Check
    inverse_distance: float
    kriged: float
    composites: int


class Estimated(Struct, frozen=True):
    """One element, estimated."""

    modelled: Modelled
    checked: CrossCheck
    grade: Spread


class Valued(Struct, frozen=True):
    """Outcomes of a study: what is drawn, the correlation of the scores of grades, and the draws."""

    case: Case
    correlation: Values
    drawn: Outcomes


def checked(inputs: StudyInputs, wanted: Wanted, laid: Laid, number: int) -> CrossCheck:
    """Check the element of a number by other ways; raises BadStudy where its composites carry no variogram."""
    known = ~np.isnan(laid.grade[:, number])
    at, grade, domain = laid.at[known], laid.grade[known, number], laid.domain[known]
    if len(grade) < LEAST_COMPOSITES:
        raise BadStudy(f"{wanted.element}: {len(grade)} composites; {LEAST_COMPOSITES} are the least for a variogram")
    if len(grade) > panels.MAX_SAMPLES:
        raise BadStudy(
            f"{wanted.element}: {len(grade)} composites; {panels.MAX_SAMPLES} are the most, so composite longer"
        )
    try:
        found = variograms.experimental(at, grade, domain, inputs.lag_m, vertical_lag_m=inputs.composite_m)
        variogram = variograms.fit(found, most_total=2 * float(grade.var()))
    except ValueError as error:
        raise BadStudy(f"{wanted.element}: {error}") from error
    rough, kriged = np.empty(len(laid.panels)), np.empty(len(laid.panels))
    for one in np.unique(laid.panel_domain):
        inside, to = domain == one, laid.panel_domain == one
        rough[to] = kriging.inverse_distance(at[inside], grade[inside], laid.panels[to])
        kriged[to] = panels.joint(at[inside], grade[inside], laid.panels[to], variogram).mean
    check = kriging.leave_one_out(at, grade, variogram)
    return CrossCheck(variogram, check, float(rough @ laid.weight), float(kriged @ laid.weight), len(grade))


def half_width(of_metal: Values) -> float:
    """From P90 to P10 of the metal, as a share of its P50."""
    low, mid, high = outcomes.p90_p50_p10(of_metal)
    return (high - low) / (2 * mid) if mid > 0 else math.inf


def described(
    inputs: StudyInputs, wanted: Wanted, one: Estimated, valued: Valued, criteria: tuple[Criterion, ...]
) -> CommodityResult:
    """What is said of an element, but for the class, which the outcomes decide."""
    price = prices.newest(wanted.price_series)
    yearly = outcomes.recovered_in_a_year(valued.case, valued.drawn)
    tonnes = None if yearly is None else outcomes.p90_p50_p10(yearly[wanted.element])[1]
    return CommodityResult(
        wanted.element,
        lists.status(wanted.element).words,
        one.grade.mid,
        (one.grade.high - one.grade.low) / (2 * Z10),
        one.checked.inverse_distance,
        composites=one.checked.composites,
        variogram=one.checked.variogram,
        check=one.checked.check,
        unfc="",
        unfc_class="",
        criteria=criteria,
        price_form=price.form,
        price_source=price.printed_by.title,
        price_licence=price.printed_by.licence,
        price_published=price.printed_by.published,
        eu_share=contribution.words(wanted.element, tonnes, inputs.consumption),
        oxidised_recovery=wanted.oxidised_recovery.p50 if wanted.oxidised_recovery else None,
        price_spread=wanted.price_spread_words(inputs.price_horizon_years),
        simulated=realised.simulated(one.modelled),
        half_width=half_width(valued.drawn.contained[wanted.element]),
        kriged_mg_per_kg=one.checked.kriged,
    )
