"""Runs a study: samples to composites, variograms, panels, draws; each step by the functions of `tailings.estimate`."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.commodities import contribution, lists, price_moves, prices, unfc
from tailings.commodities.unfc import Criterion, HowSure
from tailings.estimate import composites, domains, kriging, outcomes, panels, variograms
from tailings.estimate.composites import Intervals
from tailings.estimate.kriging import Check
from tailings.estimate.outcomes import MG_PER_KG, Z10, Case, Commodity, Spread
from tailings.estimate.variograms import Variogram
from tailings.laboratory import quality_control
from tailings.laboratory.quality_control import SentSamples
from tailings.series import Values
from tailings.study import classes, density, grades, materials, method, oxidation, placing, quality, realised
from tailings.study import laid as laying
from tailings.study.inputs import BadStudy, StudyInputs, Wanted
from tailings.study.laid import Laid
from tailings.study.realised import Modelled, Tell
from tailings.study.results import CommodityResult, Panels, Ranked, Strip, StudyResult
from tailings.study.statements import of_element

LEAST_COMPOSITES: Final = 10
NOTHING: Final = SentSamples((), {}, {})


class Sampled(Struct, frozen=True):
    """One interval of a hole [m] with its grades [mg/kg]; what was not measured is not among them.

    place: file and row that it came from, for a sentence.
    below: the limit [mg/kg] of each result that is below one.
    """

    hole: str
    chainage_m: float
    offset_m: float
    collar_m: float
    top_m: float
    bottom_m: float
    material: str
    grades: dict[str, float]
    sampled: dt.date | None = None
    bulk_t_m3: float | None = None
    water_share: float | None = None
    oxidised_m: float | None = None
    place: str = ""
    below: dict[str, float] = {}


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


def run(
    inputs: StudyInputs,
    samples: Sequence[Sampled],
    today: dt.date,
    tell: Tell | None = None,
    sent: SentSamples = NOTHING,
) -> StudyResult:
    """Run the study; raises BadStudy where the samples do not carry it.

    samples: the primary ones; sent: these with blanks, duplicates and standards, for the confidence in the assays.
    """
    laying.check_lengths(samples, inputs.next_hole, inputs.composite_m)
    classes.check(inputs, today)
    assayed, graded = materials.count(samples), grades.prepare(inputs, samples)
    inputs, samples = graded.inputs, graded.samples
    elements = [one.element for one in inputs.commodity]
    holes = sorted({one.hole for one in samples})
    pieces = _pieces(inputs, samples, holes, elements)
    spacing = laying.spacing_m(samples)
    placing.check_holes(samples, inputs.box, spacing)
    made = composites.by_length(pieces, inputs.composite_m)
    laid = laying.lay(inputs.box, samples, holes, made, inputs.composite_m)
    placing.check_apart(laid.at, [holes[hole] for hole in made.hole], samples)
    placing.check_lifts(elements, laid.grade, laid.domain, laid.panel_domain)
    dry = density.of(inputs, samples)
    checked = [_checked(inputs, wanted, laid, number) for number, wanted in enumerate(inputs.commodity)]
    holes_to_come = laying.along(inputs.next_hole, inputs.composite_m)
    modelled = realised.realise(
        inputs.box, laid, spacing, inputs.seed, laying.places(inputs.box, laid, holes_to_come), tell=tell
    )
    estimated = [
        Estimated(one, check, Spread(*outcomes.p90_p50_p10(one.mean), 0.0, MG_PER_KG))
        for one, check in zip(modelled, checked, strict=True)
    ]
    cut = elements.index(inputs.cut_off_element)
    strips = _strips(samples, holes, made, cut)
    oxidised = _oxidised(inputs, strips)
    case = _case(inputs, estimated, dry.spread, oxidised or 0.0)
    correlation = realised.alike(laid.grade)
    drawn = outcomes.run(case, inputs.draws, inputs.seed, correlation)
    gap, commodities = laying.gap(samples, inputs.box), []
    for wanted, one in zip(inputs.commodity, estimated, strict=True):
        half = _half_width(drawn.contained[wanted.element])
        control = quality_control.control(wanted.element, sent, of_element(inputs.standard, wanted.element))
        sure = unfc.confidence(HowSure(len(holes), gap, half, one.modelled.model_share), "tailwatch", today)
        criteria = (*wanted.criteria, sure, quality.criterion(control, "tailwatch", today))
        commodities.append(_commodity(inputs, wanted, one, half, criteria))
    result = StudyResult(
        inputs.title,
        inputs.author,
        inputs.signed.name if inputs.signed else str(inputs.competent_person),
        inputs.synthetic,
        inputs.seed,
        draws=inputs.draws,
        holes=len(holes),
        samples=len(samples),
        composites=len(laid.grade),
        spacing_m=spacing,
        domains=tuple(domains.words(int(one)) for one in np.unique(laid.domain)),
        cut_off_element=inputs.cut_off_element,
        cut_off_mg_per_kg=inputs.cut_off_mg_per_kg,
        case=case,
        correlation=tuple(tuple(map(float, row)) for row in correlation),
        commodities=classes.of(inputs, grades.noted(commodities, graded), drawn, today),
        grade_tonnage=realised.grade_tonnage(modelled[cut]),
        panels=_panels(laid, modelled[cut]),
        next_holes=_rank(inputs, holes_to_come, modelled[cut]),
        strips=strips,
        benches=inputs.bench,
        piezometers=inputs.piezometer,
        net=outcomes.p90_p50_p10(drawn.net),
        chance_of_loss=drawn.chance_of_loss,
        method="",
        density_from=dry.says,
        extent_m2=inputs.extent_m2,
        currency=inputs.currency,
        exchange_rate=inputs.exchange_rate,
        npv=None if drawn.npv is None else outcomes.p90_p50_p10(drawn.npv),
        missing_for_discounting=inputs.missing_for_discounting,
        generated=inputs.generated,
        seepage_ph=inputs.seepage_ph,
        standards=inputs.standard,
        oxidised_share=oxidised,
        longer_samples=int((pieces.bottom_m - pieces.top_m > composites.longest_m(inputs.composite_m)).sum()),
        assayed=assayed,
        undetected=graded.undetected,
        next_steps=inputs.next_step,
        stated_materials=inputs.material,
        original_deposit=inputs.original_deposit,
        exemption=inputs.exemption,
        signed=inputs.signed,
        panel_grades=tuple(_rounded(_panel_grades(one)) for one in modelled),
    )
    return method.described(result)


def _pieces(inputs: StudyInputs, samples: Sequence[Sampled], holes: list[str], elements: list[str]) -> Intervals:
    if not samples:
        raise BadStudy("there are no assays; import them first")
    top, bottom = (np.array([getattr(one, name) for one in samples]) for name in ("top_m", "bottom_m"))
    collar, offset = (np.array([getattr(one, name) for one in samples]) for name in ("collar_m", "offset_m"))
    domain = domains.label(collar - (top + bottom) / 2, np.abs(offset), inputs.box.lift_tops_m, inputs.box.beach_m)
    grade = np.array([[one.grades.get(element, np.nan) for element in elements] for one in samples])
    return Intervals(np.array([holes.index(one.hole) for one in samples]), top, bottom, domain, grade)


def _checked(inputs: StudyInputs, wanted: Wanted, laid: Laid, number: int) -> CrossCheck:
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
    return CrossCheck(variogram, check, float(rough.mean()), float(kriged.mean()), len(grade))


def _commodity(
    inputs: StudyInputs, wanted: Wanted, one: Estimated, half_width: float, criteria: tuple[Criterion, ...]
) -> CommodityResult:
    mean = one.grade.mid
    price = prices.newest(wanted.price_series)
    rating = unfc.rate(criteria)
    dug = inputs.throughput.tonnes_per_year if inputs.throughput else None
    tonnes = None if dug is None else dug * mean / MG_PER_KG * wanted.recovery.p50
    return CommodityResult(
        wanted.element,
        lists.status(wanted.element).words,
        mean,
        (one.grade.high - one.grade.low) / (2 * Z10),
        one.checked.inverse_distance,
        composites=one.checked.composites,
        variogram=one.checked.variogram,
        check=one.checked.check,
        unfc=rating.code,
        unfc_class=rating.project_class,
        criteria=criteria,
        price_form=price.form,
        price_source=price.printed_by.title,
        price_licence=price.printed_by.licence,
        price_published=price.printed_by.published,
        eu_share=contribution.words(wanted.element, tonnes, inputs.consumption),
        oxidised_recovery=wanted.oxidised_recovery.p50 if wanted.oxidised_recovery else None,
        price_spread=wanted.price_spread_words(inputs.price_horizon_years),
        simulated=realised.simulated(one.modelled),
        half_width=half_width,
        kriged_mg_per_kg=one.checked.kriged,
    )


def _oxidised(inputs: StudyInputs, strips: tuple[Strip, ...]) -> float | None:
    share = oxidation.share(strips, inputs.box)
    asking = [one.element for one in inputs.commodity if one.oxidised_recovery is not None]
    if share is None and asking:
        raise BadStudy(f"oxidised_recovery of {asking[0]}: no log says how deep a hole is oxidised; import oxidised_m")
    return share


def _case(inputs: StudyInputs, estimated: list[Estimated], dry: Spread, oxidised: float) -> Case:
    commodities = [
        Commodity(
            wanted.element,
            one.grade,
            wanted.recovered(oxidised),
            wanted.price(inputs.usd, inputs.price_horizon_years),
            wanted.payability,
        )
        for wanted, one in zip(inputs.commodity, estimated, strict=True)
    ]
    avoided = inputs.avoided_liability.spread() if inputs.avoided_liability else Spread(0.0, 0.0, 0.0)
    return Case(
        inputs.volume_m3.spread(),
        dry,
        tuple(commodities),
        inputs.cost_per_t.spread(),
        inputs.plant.spread(),
        bulk=inputs.bulk,
        avoided_liability=avoided,
        discounting=inputs.discounting,
        price_correlation=_price_correlation(inputs),
        recovery_correlation=inputs.recovery_correlation,
    )


def _price_correlation(inputs: StudyInputs) -> tuple[tuple[float, ...], ...]:
    found = price_moves.correlation([one.price_series for one in inputs.commodity])
    return tuple(tuple(map(float, row)) for row in found)


def _panels(laid: Laid, one: Modelled) -> Panels:
    return Panels(*(_rounded(column) for column in (*laid.panels.T, _panel_grades(one))))


def _panel_grades(one: Modelled) -> Values:
    return np.asarray(one.realised.blocks.mean(axis=0, dtype=np.float64))


def _rounded(column: Values) -> tuple[float, ...]:
    return tuple(round(float(one), 3) for one in column)


def _half_width(values: Values) -> float:
    low, mid, high = outcomes.p90_p50_p10(values)
    return (high - low) / (2 * mid) if mid > 0 else math.inf


def _rank(inputs: StudyInputs, holes: list[Values], one: Modelled) -> tuple[Ranked, ...]:
    ends = np.cumsum([len(places) for places in holes])
    rows = [np.arange(end - len(places), end) for end, places in zip(ends, holes, strict=True)]
    ranked = [
        Ranked(hole.name, hole.chainage_m, hole.offset_m, realised.removed(one, inside), hole.cost)
        for hole, inside in zip(inputs.next_hole, rows, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda hole: -hole.removed / hole.cost))


def _strips(samples: Sequence[Sampled], holes: list[str], made: Intervals, cut: int) -> tuple[Strip, ...]:
    strips = []
    for number, hole in enumerate(holes):
        rows = sorted((one for one in samples if one.hole == hole), key=lambda one: one.top_m)
        inside = np.flatnonzero((made.hole == number) & ~np.isnan(made.grade[:, cut]))
        bars = ((float(made.top_m[i]), float(made.bottom_m[i]), float(made.grade[i, cut])) for i in inside)
        material = tuple((one.top_m, one.bottom_m, one.material) for one in rows)
        depth = next((one.oxidised_m for one in rows if one.oxidised_m is not None), None)
        place = (rows[0].chainage_m, rows[0].offset_m, rows[0].collar_m)
        strips.append(Strip(hole, *place, material, tuple(bars), depth))
    return tuple(strips)
