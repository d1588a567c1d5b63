"""The method statement of a study, generated from what was done, so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from tailings.commodities import price_moves
from tailings.series import Values
from tailings.study.competent_person import SCREENING
from tailings.study.results import Censored, CommodityResult, StudyResult, TopCut, Undetected

MINUS = "\u2212"
UNDISCOUNTED = "Net value is undiscounted: no time value of money is in it."
CONFIDENCE = (
    "G is the weakest of what the interval, the range against the distance of the holes, their places and the quality "
    "control allow."
)
PLACES = {"mid": "in the middle", "end": "at the end"}


def described(result: StudyResult) -> StudyResult:
    """Return the result with its method statement."""
    return msgspec.structs.replace(result, method="\n".join(sentences(result)).replace(" -", f" {MINUS}"))


def sentences(result: StudyResult) -> list[str]:
    """One sentence a step."""
    said = [
        f"{result.samples} intervals of {result.holes} holes, {result.spacing_m:.0f} m apart (median), were averaged "
        f"to {result.composites} composites.",
        *(_undetected(one) for one in result.undetected),
        *(_censored(one.element, one.censored) for one in result.commodities if one.censored),
        *(_above(one) for one in result.commodities if one.above),
        *(_cut(one.element, one.top_cut) for one in result.commodities if one.top_cut),
        *_longer(result),
        _domains(result),
        *_bounded(result),
        *([f"Dry density: {result.density_from}."] if result.density_from else []),
        *(_of_element(one) for one in result.commodities),
        CONFIDENCE,
        *_oxidised(result),
        *_together(result),
        f"{result.draws} draws over volume, density, grade, recovery, price and cost (seed {result.seed}): "
        f"{_grades(result)} P90 is the value that nine in ten draws exceed.",
        "Grade against tonnage is of whole panels, each the mean of places in it: digging tells nothing smaller apart; "
        f"it is G{result.grade_tonnage.g}, whatever the metal is.",
        _money(result),
        *_prices(result),
        UNDISCOUNTED,
        _discounted(result),
        _person(result),
    ]
    return [f"Synthetic assays: {result.synthetic}", *said] if result.synthetic else said


def _domains(result: StudyResult) -> str:
    """What parts the domains, and how panels across a border count."""
    words = (
        f"Domains: {', '.join(result.domains)}. Each has a mean of its own that is not known; the models are shared."
    )
    if len(result.domains) == 1:
        return words
    how = (
        "Borders are soft: what grades differ from the means is alike across them, so composites of one domain tell of "
        "the next."
        if result.borders == "soft"
        else "Borders are hard: each is simulated from its own composites."
    )
    shared = f" {result.shared_panels} panels lie across a border and have of each domain the part that lies in it."
    return f"{words} {how}{shared if result.shared_panels else ''}"


def _together(result: StudyResult) -> list[str]:
    """How elements were simulated together; nothing where there is one, or a study is older than that."""
    if len(result.commodities) < 2 or not _is_resampled(result):
        return []
    of_scores = _between(np.array(result.correlation))
    of_means = _between(np.corrcoef([one.realised for one in result.case.commodities]))
    return [
        "Elements are simulated together: realisations of one number are of one deposit, and scores of each two are "
        f"correlated as those of the composites are within their domains, {of_scores} (by ranks); mean grades are "
        f"correlated by {of_means}, less where the models of the two differ."
    ]


def _between(correlation: Values) -> str:
    pairs = correlation[np.tril_indices(len(correlation), -1)]
    return f"{np.min(pairs):.2f} to {np.max(pairs):.2f}"


def _bounded(result: StudyResult) -> list[str]:
    """Between which surfaces the tailings are; nothing where they are the box."""
    of = result.bounded
    if of is None:
        return []
    surveys = " and ".join(
        f"{one.file} ({one.author}, {one.dated}: {one.source}; SHA-256 {one.sha256[:12]}; standard deviation of a "
        f"height {one.height_sd_m:g} m, of the datum {one.datum_sd_m:g} m)"
        for one in (of.top, of.bottom)
    )
    return [
        f"The tailings lie between {surveys}, bilinear between nodes. Panels count with what they have between the "
        f"two, and with the grade of that part: {100 * of.outside:.1f} % of the box is outside. Volume and spread "
        "follow from the surfaces: a datum is shared by all heights, single heights are independent. "
        f"{100 * of.beyond:.1f} % of what lies between them is above or below the box and does not count; the top "
        f"lies below the bottom over {of.crossed_m2:.0f} m2, which count as nothing."
    ]


def _is_resampled(result: StudyResult) -> bool:
    return any(one.realised for one in result.case.commodities)


def _grades(result: StudyResult) -> str:
    if not _is_resampled(result):
        return "grades are drawn as the realisations spread them, with the rank correlation of the composites."
    return (
        "the grades of all elements in a draw are those of one realisation, each of them taken as often; the rest is "
        "drawn beside."
    )


def _undetected(one: Undetected) -> str:
    return (
        f"{one.element} is below its limit in all {one.results} results: at most {one.bound_mg_per_kg:.3g} mg/kg "
        "in the mean (each at its limit), and no value."
    )


def _censored(element: str, one: Censored) -> str:
    how = (
        "by regression on order statistics, a lognormal through the others"
        if one.is_by_order
        else "as half of their limits, as too few are above them"
    )
    return (
        f"{element}: {one.below} of {one.results} results ({100 * one.below / one.results:.0f} %) are below their "
        f"limits ({one.least_limit:g} to {one.most_limit:g} mg/kg) and count {how}: the mean of all is {one.mean:.3g} "
        f"mg/kg; by Kaplan-Meier, without a distribution, {one.kaplan_meier_mean:.3g}; with half of the limits "
        f"{one.half_mean:.3g}."
    )


def _above(one: CommodityResult) -> str:
    return (
        f"{one.element}: {one.above} results are above the most that their method tells, and count as that: there is "
        "more of it than is said here, and P90 to P10 do not know how much."
    )


def _cut(element: str, one: TopCut) -> str:
    whose = (
        f"as {one.author} states"
        if one.author
        else (
            "beyond which a lognormal through the middle half of the results gives its highest once in a hundred sets"
        )
    )
    change = 100 * (one.mean_after / one.mean_before - 1)
    return (
        f"{element}: {one.results} results up to {one.highest:.3g} mg/kg are cut to {one.mg_per_kg:.3g}, {whose}; the "
        f"mean of the results goes from {one.mean_before:.3g} to {one.mean_after:.3g} mg/kg ({change:+.0f} %)."
    )


def _person(result: StudyResult) -> str:
    signed = result.signed
    if signed is None:
        named = f" {result.competent_person} is named and has not signed." if result.competent_person else ""
        return f"Classes are a {SCREENING}: no competent person has stated E and F and signed.{named}"
    return f"Competent person: {signed.words}. {signed.statement}"


def not_discounted(missing: Sequence[str]) -> str:
    """Say why there is no discounted value."""
    return f"Not discounted: {' and '.join(missing)} missing."


def _longer(result: StudyResult) -> list[str]:
    if not result.longer_samples:
        return []
    return [
        f"{result.longer_samples} of them are longer than a composite and stay one each: means of several places in "
        "the models."
    ]


def _oxidised(result: StudyResult) -> list[str]:
    known = ((one.element, one.oxidised_recovery) for one in result.commodities)
    there = [f"{100 * recovery:g} % of {element}" for element, recovery in known if recovery is not None]
    if result.oxidised_share is None or not there:
        return []
    return [
        f"{100 * result.oxidised_share:.1f} % of the tonnes lie above the oxidised depth that the nearest logged hole "
        f"gives; {' and '.join(there)} (P50) are recovered from them."
    ]


def _money(result: StudyResult) -> str:
    rate = result.exchange_rate
    if rate is None:
        return f"Money is in {result.currency}, as the price rows print it."
    return (
        f"Money is in {result.currency}: printed prices at 1 {result.currency} = {rate.usd:.4f} USD ({rate.author}, "
        f"{rate.dated}: {rate.source})."
    )


def _prices(result: StudyResult) -> list[str]:
    """Whose the spread of each price is, and how prices and recoveries move together; nothing of older studies."""
    known = [one for one in result.commodities if one.price_spread]
    if not known:
        return []
    spreads = "; ".join(f"{one.element} {one.price_spread}" for one in known)
    said = [f"P90 and P10 of prices: {spreads}."]
    pairs = [value for row, of in enumerate(result.case.price_correlation) for value in of[:row]]
    if pairs:
        first, last = price_moves.years()
        said.append(
            f"Prices are drawn together, correlation {min(pairs):.2f} to {max(pairs):.2f}, as their annual averages of "
            f"{first} to {last} moved ({price_moves.history().read_in.partition(';')[0]}): half of each is its own, "
            "half the mean of all pairs; recoveries with "
            f"{result.case.recovery_correlation:g} of each two, as the study states."
        )
    return said


def _discounted(result: StudyResult) -> str:
    case = result.case
    how = case.discounting
    if how is None:
        return not_discounted(result.missing_for_discounting)
    years = case.volume.mid * case.density.mid * case.reachable / how.tonnes_per_year
    return (
        f"Beside it, NPV: {100 * how.rate:g} % a year, {how.tonnes_per_year:.0f} dry t a year, so {years:.1f} years at "
        f"the middle; the plant is paid at the start, all other money comes with the tonnes, {PLACES[how.cash_flows]} "
        "of each year."
    )


def _of_element(one: CommodityResult) -> str:
    variogram = one.variogram
    down_m, nugget = variogram.range_m / variogram.vertical_ratio, 100 * variogram.nugget / variogram.total
    ways = {"ordinary kriging": one.kriged_mg_per_kg, "inverse distance": one.inverse_distance_mg_per_kg}
    apart = [
        f"{100 * (mean / one.mean_mg_per_kg - 1):+.1f} % by {way}" for way, mean in ways.items() if mean is not None
    ]
    return (
        f"{one.element}: {_simulated(one)}As a check, a {variogram.model} variogram by weighted least squares has "
        f"nugget {nugget:.0f} % of the sill, range {variogram.range_m:.0f} m ({down_m:.1f} m down the hole). Leaving "
        f"one out with it: mean error {one.check.mean_error:+.1f} mg/kg, squared error over kriging variance "
        f"{one.check.variance_ratio:.2f}. The mean grade is {' and '.join(apart)} away."
    )


def _simulated(one: CommodityResult) -> str:
    """What was drawn; nothing in a study that was run before there were realisations."""
    of = one.simulated
    if of is None:
        return ""
    return (
        f"{of.realisations} realisations of all panels, conditioned on {one.composites} composites, from {of.models} "
        f"models drawn as likely as the composites make them: range {_ranged(of.along_m, 0)} m in plan and "
        f"{_ranged(of.down_m, 1)} m down the hole, {_ranged(of.stretch, 1)} times longer one way than across it, "
        f"nugget {_ranged([100 * share for share in of.nugget], 0)} % of the sill (P50, P90 to P10); scores are "
        f"grades to the power {of.power:.2f} (0 is the logarithm; mean of the models); "
        f"{100 * of.drift_share:.0f} % of them drift with elevation or along the beach; that the model is "
        f"not known makes {100 * of.model_share:.0f} % of the variance of the mean grade. "
    )


def _ranged(of: Sequence[float], digits: int) -> str:
    low, mid, high = (f"{value:.{digits}f}" for value in of)
    return f"{mid} ({low} to {high})"
