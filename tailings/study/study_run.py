"""Runs a study: samples to composites, variograms, panels, draws; each step by the functions of `tailings.estimate`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.commodities import price_moves, unfc
from tailings.commodities.unfc import HowSure
from tailings.estimate import composites, domains, outcomes, range_evidence
from tailings.estimate.composites import Intervals
from tailings.estimate.outcomes import MG_PER_KG, Case, Commodity, Spread
from tailings.estimate.realisations import FurtherPlaces
from tailings.laboratory import quality_control
from tailings.laboratory.quality_control import SentSamples
from tailings.series import Values
from tailings.study import (
    between,
    classes,
    contradictions,
    cutting,
    density,
    element_estimate,
    grades,
    materials,
    method,
    oxidation,
    pattern,
    placing,
    quality,
    realised,
)
from tailings.study import laid as laying
from tailings.study.cutting import Cut
from tailings.study.element_estimate import Estimated, Valued
from tailings.study.inputs import BadStudy, StudyInputs
from tailings.study.laid import Laid
from tailings.study.realisation_files import Realisations
from tailings.study.realised import Modelled, Tell
from tailings.study.results import CommodityResult, Panels, Ranked, Strip, StudyResult
from tailings.study.sampled import Sampled
from tailings.study.statements import of_element

NOTHING: Final = SentSamples((), {}, {})
NO_VOLUME: Final = Spread(0.0, 0.0, 0.0)
SAME: Final = 1e-5
"""Mean grades that agree to so many digits are of one realisation: other processors round differently."""
DIGITS: Final = 9
"""Of a mean grade that is stored: more than agree from one processor to another."""
OF_PANEL: Final = 7
"""Digits of the grade of a panel: realisations are in single precision."""


class Conditioning(Struct, frozen=True):
    """Conditioning data of a study, its samples as they are laid: holes by name, composites, composites and panels in
    space, distance of the holes [m], how many samples are longer than a composite, how surfaces cut the box."""

    holes: list[str]
    made: Intervals
    laid: Laid
    spacing_m: float
    longer_samples: int
    cut: Cut | None


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
    contradictions.check(inputs)
    classes.check(inputs, today)
    assayed, graded = materials.count(samples), grades.prepare(inputs, samples)
    inputs, samples = graded.inputs, graded.samples
    data = _lay(inputs, samples)
    dry = density.of(inputs, samples)
    further = laying.along(inputs.next_hole, inputs.composite_m)
    estimated = _estimate(inputs, data, further, tell)
    cut = [one.element for one in inputs.commodity].index(inputs.cut_off_element)
    strips = _strips(samples, data.holes, data.made, cut)
    oxidised = _oxidised(inputs, strips, data.cut)
    valued = _valued(inputs, estimated, data, dry.spread, oxidised or 0.0)
    found = _commodities(inputs, samples, data, estimated, valued, today=today, sent=sent)
    classed = classes.of(inputs, grades.noted(found, graded), valued.drawn, today)
    of_cut = estimated[cut].modelled
    result = StudyResult(
        inputs.title,
        inputs.author,
        inputs.signed.name if inputs.signed else str(inputs.competent_person),
        inputs.synthetic,
        inputs.seed,
        draws=inputs.draws,
        holes=len(data.holes),
        samples=len(samples),
        composites=len(data.laid.grade),
        spacing_m=data.spacing_m,
        domains=tuple(domains.words(int(one)) for one in np.unique(data.laid.domain)),
        cut_off_element=inputs.cut_off_element,
        cut_off_mg_per_kg=inputs.cut_off_mg_per_kg,
        case=valued.case,
        correlation=tuple(tuple(map(float, row)) for row in valued.correlation),
        commodities=classed,
        grade_tonnage=realised.grade_tonnage(of_cut, inputs.cut_off_mg_per_kg),
        panels=_panels(inputs, data.laid, of_cut),
        next_holes=_rank(inputs, further, of_cut),
        strips=strips,
        benches=inputs.bench,
        piezometers=inputs.piezometer,
        net=outcomes.p90_p50_p10(valued.drawn.net),
        chance_of_loss=valued.drawn.chance_of_loss,
        method="",
        density_from=dry.says,
        extent_m2=inputs.extent_m2,
        currency=inputs.currency,
        exchange_rate=inputs.exchange_rate,
        npv=None if valued.drawn.npv is None else outcomes.p90_p50_p10(valued.drawn.npv),
        missing_for_discounting=inputs.missing_for_discounting,
        generated=inputs.generated,
        seepage_ph=inputs.seepage_ph,
        standards=inputs.standard,
        oxidised_share=oxidised,
        longer_samples=data.longer_samples,
        assayed=assayed,
        undetected=graded.undetected,
        next_steps=inputs.next_step,
        stated_materials=inputs.material,
        original_deposit=inputs.original_deposit,
        exemption=inputs.exemption,
        signed=inputs.signed,
        bounded=cutting.described(inputs.surfaces, data.cut),
        borders=inputs.box.borders,
        shared_panels=realised.across_borders(inputs.box, data.laid),
        panel_grades=tuple(_panel_grades(one.modelled) for one in estimated),
    )
    return method.described(result)


def again(inputs: StudyInputs, samples: Sequence[Sampled], stored: StudyResult) -> Realisations:
    """Make the realisations of a study again from what it was made from; raises BadStudy where they are others."""
    graded = grades.prepare(inputs, samples)
    inputs, laid = graded.inputs, (data := _lay(graded.inputs, graded.samples)).laid
    modelled = _realised(inputs, data, laying.places(inputs.box, laid, []))
    known = [one.realised for one in stored.case.commodities]
    for one, before in zip(modelled, known, strict=True):
        if len(before) != len(one.mean) or not np.allclose(one.mean, before, rtol=SAME):
            raise BadStudy("this study was made by another release; run it again, and its realisations are those of it")
    elements = tuple(one.element for one in inputs.commodity)
    blocks = tuple(one.realised.blocks for one in modelled)
    return Realisations(elements, laid.panels, stored.case.volume.mid * laid.weight, blocks)


def _lay(inputs: StudyInputs, samples: Sequence[Sampled]) -> Conditioning:
    """Lay the samples; raises BadStudy where they cannot be meant."""
    elements, holes = [one.element for one in inputs.commodity], sorted({one.hole for one in samples})
    pieces = _pieces(inputs, samples, holes, elements)
    spacing = laying.spacing_m(samples)
    placing.check_holes(samples, inputs.box, spacing)
    made = composites.by_length(pieces, inputs.composite_m)
    bounds = None
    if inputs.surfaces is not None:
        between.check(samples, inputs.surfaces)
        bounds = cutting.cut(inputs.box, inputs.surfaces)
    laid = laying.lay(inputs.box, samples, holes, made, inputs.composite_m, cut=bounds)
    placing.check_apart(laid.at, [holes[hole] for hole in made.hole], samples)
    placing.check_lifts(elements, laid.grade, laid.domain, laid.panel_domain)
    longer = pieces.bottom_m - pieces.top_m > composites.longest_m(inputs.composite_m)
    return Conditioning(holes, made, laid, spacing, int(longer.sum()), cut=bounds)


def _realised(
    inputs: StudyInputs, data: Conditioning, further: FurtherPlaces, tell: Tell | None = None
) -> list[Modelled]:
    """Simulate as the study file says."""
    box, seed = inputs.box, inputs.seed
    side_m = laying.side_m(box, data.laid, len(data.holes))
    return realised.realise(box, data.laid, side_m, seed, further, count=inputs.realisations, tell=tell)


def _estimate(inputs: StudyInputs, data: Conditioning, further: list[Values], tell: Tell | None) -> list[Estimated]:
    """Estimate every element; further: places of the holes to come."""
    laid = data.laid
    checked = [element_estimate.checked(inputs, one, laid, number) for number, one in enumerate(inputs.commodity)]
    wanted = laying.places(inputs.box, laid, further)
    modelled = _realised(inputs, data, wanted, tell)
    return [
        Estimated(one, check, Spread(*outcomes.p90_p50_p10(one.mean), 0.0, MG_PER_KG))
        for one, check in zip(modelled, checked, strict=True)
    ]


def _valued(
    inputs: StudyInputs, estimated: list[Estimated], data: Conditioning, dry: Spread, oxidised: float
) -> Valued:
    volume = inputs.volume_m3.spread() if inputs.volume_m3 else data.cut.volume if data.cut else NO_VOLUME
    case = _case(inputs, estimated, volume, dry, oxidised)
    correlation = realised.alike(data.laid.grade, data.laid.domain)
    return Valued(case, correlation, outcomes.run(case, inputs.draws, inputs.seed, correlation))


def _commodities(
    inputs: StudyInputs,
    samples: Sequence[Sampled],
    data: Conditioning,
    estimated: list[Estimated],
    valued: Valued,
    *,
    today: dt.date,
    sent: SentSamples,
) -> list[CommodityResult]:
    """What is said of each element, with the criteria that its estimate and its quality control give."""
    holes, found = pattern.of(inputs.box, data.laid, samples), []
    of_hole = np.array([holes.nearest[data.holes[hole]] for hole in data.made.hole])
    for number, (wanted, one) in enumerate(zip(inputs.commodity, estimated, strict=True)):
        half = element_estimate.half_width(valued.drawn.contained[wanted.element])
        control = quality_control.control(wanted.element, sent, of_element(inputs.standard, wanted.element))
        sure = unfc.confidence(HowSure(holes.holes, half, one.modelled.model_share), "tailwatch", today)
        evidence = range_evidence.ask(one.modelled.data, one.modelled.draws, holes.side_m)
        richer = pattern.richer(one.modelled, of_hole[~np.isnan(data.laid.grade[:, number])])
        criteria = (
            *wanted.criteria,
            sure,
            pattern.ranges(holes.side_m, evidence, "tailwatch", today),
            pattern.places(holes, holes.unseen(one.modelled), richer, "tailwatch", today),
            quality.criterion(control, "tailwatch", today),
        )
        found.append(element_estimate.described(inputs, wanted, one, valued, criteria))
    return found


def _pieces(inputs: StudyInputs, samples: Sequence[Sampled], holes: list[str], elements: list[str]) -> Intervals:
    if not samples:
        raise BadStudy("there are no assays; import them first")
    top, bottom = (np.array([getattr(one, name) for one in samples]) for name in ("top_m", "bottom_m"))
    collar, offset = (np.array([getattr(one, name) for one in samples]) for name in ("collar_m", "offset_m"))
    domain = domains.label(collar - (top + bottom) / 2, np.abs(offset), inputs.box.lift_tops_m, inputs.box.beach_m)
    grade = np.array([[one.grades.get(element, np.nan) for element in elements] for one in samples])
    return Intervals(np.array([holes.index(one.hole) for one in samples]), top, bottom, domain, grade)


def _oxidised(inputs: StudyInputs, strips: tuple[Strip, ...], cut: Cut | None) -> float | None:
    share = oxidation.share(strips, inputs.box, cut)
    asking = [one.element for one in inputs.commodity if one.oxidised_recovery is not None]
    if share is None and asking:
        raise BadStudy(f"oxidised_recovery of {asking[0]}: no log says how deep a hole is oxidised; import oxidised_m")
    return share


def _case(inputs: StudyInputs, estimated: list[Estimated], volume: Spread, dry: Spread, oxidised: float) -> Case:
    commodities = [
        Commodity(
            wanted.element,
            one.grade,
            wanted.recovered(oxidised),
            wanted.price(inputs.usd, inputs.price_horizon_years),
            wanted.payability,
            realised=tuple(float(f"{grade:.{DIGITS}g}") for grade in one.modelled.mean),
        )
        for wanted, one in zip(inputs.commodity, estimated, strict=True)
    ]
    avoided = inputs.avoided_liability.spread() if inputs.avoided_liability else Spread(0.0, 0.0, 0.0)
    return Case(
        volume,
        dry,
        tuple(commodities),
        inputs.cost_per_t.spread(),
        inputs.plant.spread(),
        bulk=inputs.bulk,
        avoided_liability=avoided,
        discounting=inputs.discounting,
        price_correlation=_price_correlation(inputs),
        recovery_correlation=inputs.recovery_correlation,
        tonnes_per_year=inputs.throughput.tonnes_per_year if inputs.throughput else None,
    )


def _price_correlation(inputs: StudyInputs) -> tuple[tuple[float, ...], ...]:
    found = price_moves.correlation([one.price_series for one in inputs.commodity])
    return tuple(tuple(map(float, row)) for row in found)


def _panels(inputs: StudyInputs, laid: Laid, one: Modelled) -> Panels:
    weight = () if laid.share is None else tuple(map(float, laid.weight))
    x, y, z = (_rounded(column) for column in laid.panels.T)
    return Panels(x, y, z, _panel_grades(one), weight, sides_m=inputs.box.sides_m)


def _panel_grades(one: Modelled) -> tuple[float, ...]:
    """By digits and not by decimals: gold is a thousandth of a mg/kg where copper is a thousand."""
    means = one.realised.blocks.mean(axis=0, dtype=np.float64)
    return tuple(float(f"{mean:.{OF_PANEL}g}") for mean in means)


def _rounded(column: Values) -> tuple[float, ...]:
    return tuple(round(float(one), 3) for one in column)


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
