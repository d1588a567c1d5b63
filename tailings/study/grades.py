"""Grades ready for the estimate: results below their limits, high ones that are cut, what was never found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct

from tailings.commodities import lists
from tailings.estimate import censored, top_cut
from tailings.series import Mask, Values
from tailings.study.inputs import BadStudy, NextStep, StudyInputs, Wanted
from tailings.study.results import Censored, CommodityResult, TopCut, Undetected
from tailings.study.sampled import Sampled


class Graded(Struct, frozen=True):
    """Samples with the grades that count, and the study without what was never detected; by element what was done."""

    inputs: StudyInputs
    samples: Sequence[Sampled]
    censored: dict[str, Censored]
    cuts: dict[str, TopCut]
    undetected: tuple[Undetected, ...]


class Results(NamedTuple):
    """The results of an element: rows of the samples that have one, values (the limit where below), and which are."""

    rows: tuple[int, ...]
    value: Values
    below: Mask


def prepare(inputs: StudyInputs, samples: Sequence[Sampled]) -> Graded:
    """Prepare the grades of the commodities; samples: with `grades` and `below`. Raises BadStudy."""
    made = [dict(one.grades) for one in samples]
    found: dict[str, Censored] = {}
    cuts: dict[str, TopCut] = {}
    never, kept = [], []
    for wanted in inputs.commodity:
        results = _results(wanted.element, samples)
        if len(results.rows) and results.below.all():
            never.append(_undetected(wanted.element, results))
            continue
        kept.append(wanted)
        counted = _counted(results)
        if results.below.any():
            found[wanted.element] = _described(results, counted)
        cut = _cut(wanted, inputs.author, counted)
        if cut is not None:
            cuts[wanted.element] = cut
            counted = np.minimum(counted, cut.mg_per_kg)
        for row, grade in zip(results.rows, counted.tolist(), strict=True):
            made[row][wanted.element] = grade
    _check_detected(inputs, never)
    study = msgspec.structs.replace(inputs, commodity=tuple(kept), next_step=_still_about(inputs, never))
    new = [msgspec.structs.replace(one, grades=grades) for one, grades in zip(samples, made, strict=True)]
    return Graded(study, new, found, cuts, tuple(never))


def _still_about(inputs: StudyInputs, never: Sequence[Undetected]) -> tuple[NextStep, ...]:
    """The steps without the elements that were never detected; one that is about these alone is left out."""
    gone = {one.element for one in never}
    left = []
    for step in inputs.next_step:
        elements = tuple(one for one in step.elements if one not in gone)
        if elements or not step.elements:
            left.append(msgspec.structs.replace(step, elements=elements))
    return tuple(left)


def noted(found: Sequence[CommodityResult], graded: Graded) -> list[CommodityResult]:
    """The commodities with what was done to their results."""
    return [
        msgspec.structs.replace(
            one,
            censored=graded.censored.get(one.element),
            top_cut=graded.cuts.get(one.element),
            above=sum(one.element in each.above for each in graded.samples),
        )
        for one in found
    ]


def _results(element: str, samples: Sequence[Sampled]) -> Results:
    rows = tuple(number for number, one in enumerate(samples) if element in one.grades)
    value = np.array([samples[row].below.get(element, samples[row].grades[element]) for row in rows])
    return Results(rows, value, np.array([element in samples[row].below for row in rows], dtype=np.bool_))


def _counted(of: Results) -> Values:
    """What each result counts as: below its limit by ROS where the others carry it, else half of the limit."""
    half = censored.halved(of.value, of.below)
    if not of.below.any() or float(np.min(of.value)) <= 0:
        return half
    try:
        return censored.by_order_statistics(of.value, of.below)
    except ValueError:
        return half


def _described(of: Results, counted: Values) -> Censored:
    by_steps = censored.kaplan_meier(of.value, of.below)
    limits = of.value[of.below]
    half = censored.halved(of.value, of.below)
    return Censored(
        results=len(of.rows),
        below=int(of.below.sum()),
        least_limit=float(np.min(limits)),
        most_limit=float(np.max(limits)),
        kaplan_meier_mean=by_steps.mean,
        kaplan_meier_median=by_steps.median,
        mean=float(counted.mean()),
        half_mean=float(half.mean()),
        is_by_order=bool((counted[of.below] != half[of.below]).any()),
    )


def _cut(wanted: Wanted, author: str, counted: Values) -> TopCut | None:
    stated = wanted.top_cut_mg_per_kg
    cut = top_cut.by_rule(counted) if stated is None else stated
    if cut is None or not (counted > cut).any():
        return None
    return TopCut(
        mg_per_kg=cut,
        results=int((counted > cut).sum()),
        highest=float(np.max(counted)),
        mean_before=float(counted.mean()),
        mean_after=float(np.minimum(counted, cut).mean()),
        author="" if stated is None else author,
    )


def _undetected(element: str, of: Results) -> Undetected:
    return Undetected(
        element,
        lists.status(element).words,
        results=len(of.rows),
        most_limit=float(np.max(of.value)),
        bound_mg_per_kg=float(of.value.mean()),
    )


def _check_detected(inputs: StudyInputs, never: Sequence[Undetected]) -> None:
    """Raise BadStudy where nothing is left to estimate, or the cut-off is of what nobody found."""
    for one in never:
        if one.element == inputs.cut_off_element:
            raise BadStudy(
                f"cut_off_element: {one.element} is below its limit in all {one.results} results; choose a commodity "
                "that was detected"
            )
