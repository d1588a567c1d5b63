"""Runs a study: samples to composites, variograms, panels, draws; each step by the functions of `tailings.estimate`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.commodities import contribution, lists, price_moves, prices, unfc
from tailings.estimate import composites, domains, kriging, outcomes, panels, variograms
from tailings.estimate.composites import Intervals
from tailings.estimate.outcomes import MG_PER_KG, Z10, Case, Commodity, Spread
from tailings.estimate.panels import Joint
from tailings.estimate.variograms import Variogram
from tailings.laboratory import quality_control
from tailings.laboratory.quality_control import SentSamples
from tailings.series import Values
from tailings.study import classes, density, grades, materials, method, oxidation, placing, quality
from tailings.study.inputs import BadStudy, StudyInputs, Wanted
from tailings.study.results import CommodityResult, GradeTonnage, Panels, Ranked, Strip, StudyResult
from tailings.study.statements import of_element

LEAST_IN_DOMAIN: Final = 8
LEAST_COMPOSITES: Final = 10
MAX_COMPOSITES: Final = 10_000
"""Of one hole: 10 km of 1 m."""
REALISATIONS: Final = 200
CUT_OFFS: Final = 41
NOTHING: Final = SentSamples((), {}, {})
Tell = Callable[[float], None]


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


class Laid(Struct, frozen=True):
    """Composites and panels in space: places (n, 3), grades (n, elements), and the domain of each."""

    at: Values
    grade: Values
    domain: NDArray[np.int64]
    panels: Values
    panel_domain: NDArray[np.int64]


class Estimated(Struct, frozen=True):
    """One element, estimated."""

    joint: Joint
    variogram: Variogram
    found: CommodityResult


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
    _check_lengths(inputs, samples)
    classes.check(inputs, today)
    assayed, graded = materials.count(samples), grades.prepare(inputs, samples)
    inputs, samples = graded.inputs, graded.samples
    elements = [one.element for one in inputs.commodity]
    holes = sorted({one.hole for one in samples})
    pieces = _pieces(inputs, samples, holes, elements)
    spacing = _spacing(samples)
    placing.check_holes(samples, inputs.box, spacing)
    made = composites.by_length(pieces, inputs.composite_m)
    laid = _lay(inputs, samples, holes, made)
    placing.check_apart(laid.at, [holes[hole] for hole in made.hole], samples)
    placing.check_lifts(elements, laid.grade, laid.domain, laid.panel_domain)
    dry = density.of(inputs, samples)
    estimated = []
    for number, wanted in enumerate(inputs.commodity):
        estimated.append(_estimate(inputs, wanted, laid, number, spacing, today=today, sent=sent))
        if tell is not None:
            tell(0.9 * (number + 1) / len(elements))
    cut = elements.index(inputs.cut_off_element)
    strips = _strips(samples, holes, made, cut)
    oxidised = _oxidised(inputs, strips)
    case = _case(inputs, estimated, dry.spread, oxidised or 0.0)
    correlation = _correlation(laid.grade)
    drawn = outcomes.run(case, inputs.draws, inputs.seed, correlation)
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
        commodities=classes.of(inputs, grades.noted([one.found for one in estimated], graded), drawn, today),
        grade_tonnage=_grade_tonnage(estimated[cut].joint, inputs.seed),
        panels=_panels(laid, estimated[cut].joint),
        next_holes=_rank(inputs, laid, estimated[cut]),
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
        panel_grades=tuple(_rounded(one.joint.mean) for one in estimated),
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


def _lay(inputs: StudyInputs, samples: Sequence[Sampled], holes: list[str], made: Intervals) -> Laid:
    collars = {one.hole: (one.chainage_m, one.offset_m, one.collar_m) for one in samples}
    at = np.array([collars[holes[hole]] for hole in made.hole])
    at[:, 2] -= (made.top_m + made.bottom_m) / 2
    box = inputs.box
    axes = [
        low + (np.arange(count) + 0.5) * (high - low) / count
        for (low, high), count in zip((box.chainage_m, box.offset_m, box.elevation_m), box.counts, strict=True)
    ]
    centres = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    of_panel = domains.label(centres[:, 2], np.abs(centres[:, 1]), box.lift_tops_m, box.beach_m)
    counts = {int(one): int((made.domain == one).sum()) for one in np.unique(of_panel)}
    if min(counts.values()) < LEAST_IN_DOMAIN:
        return Laid(at, made.grade, np.zeros_like(made.domain), centres, np.zeros_like(of_panel))
    return Laid(at, made.grade, made.domain, centres, of_panel)


def _estimate(
    inputs: StudyInputs, wanted: Wanted, laid: Laid, number: int, spacing: float, today: dt.date, sent: SentSamples
) -> Estimated:
    known = ~np.isnan(laid.grade[:, number])
    at, grade, domain = laid.at[known], laid.grade[known, number], laid.domain[known]
    if len(grade) < LEAST_COMPOSITES:
        raise BadStudy(f"{wanted.element}: {len(grade)} composites; {LEAST_COMPOSITES} are the least for a variogram")
    try:
        found = variograms.experimental(at, grade, domain, inputs.lag_m, vertical_lag_m=inputs.composite_m)
        variogram = variograms.fit(found, most_total=2 * float(grade.var()))
    except ValueError as error:
        raise BadStudy(f"{wanted.element}: {error}") from error
    parts, rough, order = [], np.empty(len(laid.panels)), []
    for one in np.unique(laid.panel_domain):
        inside, to = domain == one, np.flatnonzero(laid.panel_domain == one)
        parts.append(panels.joint(at[inside], grade[inside], laid.panels[to], variogram))
        rough[to] = kriging.inverse_distance(at[inside], grade[inside], laid.panels[to])
        order.append(to)
    joint = _in_order(panels.block_diagonal(parts), np.concatenate(order))
    mean, deviation = panels.mean_grade(joint, np.ones(len(laid.panels)))
    check = kriging.leave_one_out(at, grade, variogram)
    price = prices.newest(wanted.price_series)
    sure = unfc.confidence(spacing, variogram.range_m, Z10 * deviation / mean, "tailwatch", today)
    control = quality_control.control(wanted.element, sent, of_element(inputs.standard, wanted.element))
    criteria = (*wanted.criteria, sure, quality.criterion(control, "tailwatch", today))
    rating = unfc.rate(criteria)
    dug = inputs.throughput.tonnes_per_year if inputs.throughput else None
    tonnes = None if dug is None else dug * mean / MG_PER_KG * wanted.recovery.p50
    summary = CommodityResult(
        wanted.element,
        lists.status(wanted.element).words,
        mean,
        deviation,
        float(rough.mean()),
        composites=len(grade),
        variogram=variogram,
        check=check,
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
    )
    return Estimated(joint, variogram, summary)


def _in_order(joint: Joint, order: NDArray[np.int64]) -> Joint:
    back = np.argsort(order)
    return Joint(joint.mean[back], joint.covariance[np.ix_(back, back)])


def _oxidised(inputs: StudyInputs, strips: tuple[Strip, ...]) -> float | None:
    share = oxidation.share(strips, inputs.box)
    asking = [one.element for one in inputs.commodity if one.oxidised_recovery is not None]
    if share is None and asking:
        raise BadStudy(f"oxidised_recovery of {asking[0]}: no log says how deep a hole is oxidised; import oxidised_m")
    return share


def _case(inputs: StudyInputs, estimated: list[Estimated], dry: Spread, oxidised: float) -> Case:
    commodities = []
    for wanted, one in zip(inputs.commodity, estimated, strict=True):
        mean, half = one.found.mean_mg_per_kg, Z10 * one.found.deviation_mg_per_kg
        grade = Spread(max(0.0, mean - half), mean, mean + half, 0.0, 1e6)
        commodities.append(
            Commodity(
                wanted.element,
                grade,
                wanted.recovered(oxidised),
                wanted.price(inputs.usd, inputs.price_horizon_years),
                wanted.payability,
            )
        )
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


def _correlation(grade: Values) -> Values:
    whole = grade[~np.isnan(grade).any(axis=1)]
    count = grade.shape[1]
    if count == 1 or len(whole) < LEAST_COMPOSITES:
        return np.eye(count)
    return np.asarray(np.corrcoef(whole.T), dtype=np.float64)


def _grade_tonnage(joint: Joint, seed: int) -> GradeTonnage:
    drawn = panels.draw(joint, REALISATIONS, seed)
    cut = np.linspace(0.0, float(np.quantile(drawn, 0.98)), CUT_OFFS)
    above = drawn[:, :, None] >= cut
    share = above.mean(axis=1)
    metal = (drawn[:, :, None] * above).mean(axis=1)
    grade = np.median(metal / np.maximum(share, 1e-9), axis=0)
    low, mid, high = np.quantile(share, (0.1, 0.5, 0.9), axis=0)
    return GradeTonnage(*(tuple(map(float, column)) for column in (cut, low, mid, high, grade)))


def _panels(laid: Laid, joint: Joint) -> Panels:
    return Panels(*(_rounded(column) for column in (*laid.panels.T, joint.mean)))


def _rounded(column: Values) -> tuple[float, ...]:
    return tuple(round(float(one), 3) for one in column)


def _check_lengths(inputs: StudyInputs, samples: Sequence[Sampled]) -> None:
    """Raise BadStudy for a composite so short that no computer holds all of a hole."""
    drilled = [(one.hole, one.bottom_m) for one in samples]
    for name, depth_m in [*drilled, *((hole.name, hole.depth_m) for hole in inputs.next_hole)]:
        if depth_m / inputs.composite_m > MAX_COMPOSITES:
            raise BadStudy(
                f"composite_m: {name} is {depth_m:g} m deep, more than {MAX_COMPOSITES:,} composites of "
                f"{inputs.composite_m:g} m; state a longer one, or the depth in metres"
            )


def _rank(inputs: StudyInputs, laid: Laid, one: Estimated) -> tuple[Ranked, ...]:
    ranked = []
    for hole in inputs.next_hole:
        depth = np.arange(inputs.composite_m / 2, hole.depth_m, inputs.composite_m)
        places = np.stack([depth * 0 + hole.chainage_m, depth * 0 + hole.offset_m, hole.collar_m - depth], 1)
        weight = np.ones(len(laid.panels))
        removed = panels.removed_variance(one.joint, weight, places, laid.panels, one.variogram)
        ranked.append(Ranked(hole.name, hole.chainage_m, hole.offset_m, removed, hole.cost))
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


def _spacing(samples: Sequence[Sampled]) -> float:
    """Median distance of a hole to the nearest other one [m]."""
    places = np.array(sorted({(one.chainage_m, one.offset_m) for one in samples}))
    if len(places) < 2:
        raise BadStudy("one hole does not tell how far grades reach; sample two or more")
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))
