"""One simulated country through the product: which intervals hold the truth, and what samples by the plan save.

Beside it two controls that are broken on purpose: no pooling (a facility's own samples alone), and half the spread.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Final

import msgspec
import numpy as np

from bench.screening.country import ELEMENT, MOST_SAMPLES, Country, Numbers, Scatter, assays, country
from tailings.screening import statements
from tailings.screening.facts import ElementSamples, FacilityFacts
from tailings.screening.hit_rate import Arrived, score
from tailings.screening.sampling_plan import sampling_plan
from tailings.screening.statements import Screening, StatedGrade

DEVIATE: Final = NormalDist().inv_cdf(0.9)
LATER: Final = 3
"""Samples by which an interval is scored afterwards."""
CONTROLS: Final = ("pooled", "halved", "own")


class Counted(msgspec.Struct, frozen=True):
    """Of one country: held and all, by each way and number of own samples (from 0), what was scored later, and errors.

    errors: of the tonnes of metal over all facilities, before more samples, by the plan, evenly, and by the plan turned
    over (least doubt first).
    """

    seed: int
    held: dict[str, tuple[tuple[int, int], ...]]
    later: tuple[int, int]
    errors: dict[str, float]


def counted(seed: int, facilities: int, samples: int, scatter: Scatter | None = None) -> Counted:
    """Screen a country, then sample it further in three ways."""
    land = country(seed, facilities, scatter)
    found = statements.screen(land.facts)
    by_key = {one.key: one for one in found.statements if one.element == ELEMENT}
    stated = [by_key[one.key] for one in land.facts]
    before = _error(stated, land)
    errors = {"before": before}
    for way, counts in _ways(found, land, samples).items():
        later = {one.key: one for one in statements.screen(_sampled(land, counts)).statements if one.element == ELEMENT}
        errors[way] = _error([later.get(one.key, one) for one in stated], land)
    held = {way: _by_own(stated, found) for way, found in _holds(stated, land).items()}
    to_come = _later(stated, land)
    return Counted(seed, held, (sum(to_come), len(to_come)), errors)


def _by_own(stated: Sequence[StatedGrade], holds: Sequence[bool | None]) -> tuple[tuple[int, int], ...]:
    """How many held, of how many, of facilities with 0, 1, 2 ... samples."""
    rows = [(one.own, is_held) for one, is_held in zip(stated, holds, strict=True) if is_held is not None]
    return tuple(
        (sum(is_held for own, is_held in rows if own == number), sum(own == number for own, _ in rows))
        for number in range(MOST_SAMPLES + 1)
    )


def _holds(stated: Sequence[StatedGrade], land: Country) -> dict[str, tuple[bool | None, ...]]:
    truth = land.grade
    pooled = [bool(one.grade.p90 <= true <= one.grade.p10) for one, true in zip(stated, truth, strict=True)]
    halved = [_is_in_half(one, float(true)) for one, true in zip(stated, truth, strict=True)]
    own = [_is_in_own(one, math.log(true)) for one, true in zip(land.facts, truth, strict=True)]
    return {"pooled": tuple(pooled), "halved": tuple(halved), "own": tuple(own)}


def _is_in_half(one: StatedGrade, true: float) -> bool:
    middle = math.log(one.grade.p50)
    low, high = ((math.log(end) - middle) / 2 for end in (one.grade.p90, one.grade.p10))
    return low <= math.log(true) - middle <= high


def _is_in_own(one: FacilityFacts, true: float) -> bool | None:
    """Without pooling: of its own logs, as if their variance were known; None with fewer than two."""
    logs = np.log(one.assays[ELEMENT].grades) if one.assays else np.empty(0)
    if len(logs) < 2:
        return None
    middle, variance = logs.mean() + logs.var(ddof=1) / 2, logs.var(ddof=1)
    return bool(abs(true - middle) <= DEVIATE * math.sqrt(variance / len(logs)))


def _later(stated: Sequence[StatedGrade], land: Country) -> tuple[bool, ...]:
    found = (
        score(one, [Arrived(float(grade)) for grade in land.to_come[row, :LATER]]) for row, one in enumerate(stated)
    )
    return tuple(one.verdict == "held" for one in found if one is not None)


def _ways(found: Screening, land: Country, samples: int) -> Mapping[str, Numbers]:
    rows = {one.key: row for row, one in enumerate(land.facts)}
    by_plan, turned, evenly = (np.zeros(len(rows), int) for _ in range(3))
    plan = sampling_plan(found.statements, samples)
    for one in plan.facilities:
        by_plan[rows[one.key]] = one.samples
    # What the plan would do last: as many samples for as many facilities, from the other end.
    whole = [one.key for one in sampling_plan(found.statements, 1_000).facilities]
    unplanned = [key for key in rows if key not in whole]
    last = [*unplanned, *reversed(whole)]
    for one, key in zip(plan.facilities, last, strict=False):
        turned[rows[key]] = one.samples
    chance = np.random.default_rng(int(land.facts[0].mass_t or 0))
    evenly += samples // len(rows)
    evenly[chance.choice(len(rows), samples % len(rows), replace=False)] += 1
    return {"plan": by_plan, "evenly": evenly, "turned over": turned}


def _sampled(land: Country, counts: Numbers) -> list[FacilityFacts]:
    """The facilities with so many more samples each, still screened however many they have."""
    found = []
    for row, one in enumerate(land.facts):
        known = one.assays.get(ELEMENT, ElementSamples(())).grades
        grades = np.array([*known, *land.to_come[row, : int(counts[row])]])
        found.append(msgspec.structs.replace(one, samples=min(len(grades), MOST_SAMPLES), assays=assays(grades)))
    return found


def _error(stated: Sequence[StatedGrade], land: Country) -> float:
    """The sum of squared errors of the expected tonnes of metal."""
    mass_t = np.array([one.mass_t for one in land.facts])
    logs = np.array([one.log_mean + (one.log_variance + one.sample_variance) / 2 for one in stated])
    return float(((mass_t * (np.exp(logs) - land.grade) / statements.MG_PER_KG) ** 2).sum())
