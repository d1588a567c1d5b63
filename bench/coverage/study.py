"""A deposit's samples through the real chain: a study file, samples, `tailings.study.run`, and what it claims."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

import numpy as np
from msgspec import Struct

from bench.coverage.deposits import BASE_M, EXTENT, LATTICE, PANELS, STEP_M, DepositCase, Drilled, Values
from tailings.estimate.censored import SHARE_BELOW
from tailings.laboratory.quality_control import SentSamples
from tailings.study import Sampled, StudyInputs, StudyResult, net_values, read_inputs, run

TODAY: Final = dt.date(2026, 11, 29)
VOLUME_M3: Final = EXTENT[0] * EXTENT[1] * EXTENT[2]
VOLUME_SPREAD: Final = 0.04
DENSITY_T_M3: Final = 1.6
DENSITY_SD: Final = 0.08
WEIGHED: Final = 12
HALF_PANEL_M: Final = 0.5
Interval = tuple[float, float, float]
TEMPLATE: Final = """
title = "Coverage"
author = "Tailwatch bench"
competent_person = ""
synthetic = "simulated by bench/coverage"
seed = {seed}
draws = 4000
composite_m = 2.0
lag_m = 40.0
cut_off_element = "W"
cut_off_mg_per_kg = 1000.0
[box]
chainage_m = [0.0, {along}]
offset_m = [-{across}, 0.0]
elevation_m = [{low}, {high}]
panel_m = [{panel}]
[volume_m3]
{volume}
[cost_per_t]
{money}
[plant]
{money}
[[commodity]]
element = "W"
recovery = {{ p90 = 0.44, p50 = 0.52, p10 = 0.60, author = "A. Person", dated = 2026-11-01, source = "none" }}
price_series = "W"
price_p90_share = 0.80
price_p10_share = 1.25
payability = 0.78
price_author = "A. Person"
[[standard]]
material = "M1"
element = "W"
mg_per_kg = 1000.0
sd_mg_per_kg = 20.0
author = "A. Person"
dated = 2026-11-01
source = "none"
"""


class Claimed(Struct, frozen=True):
    """What a study says: G, and P90, P50, P10 of tonnes, grade, metal; and share above each cut-off, with its own G."""

    g: int
    g_of_curve: int
    tonnes: Interval
    grade: Interval
    metal: Interval
    above: tuple[Interval, ...]


def claim(drilled: Drilled, places: Values, volume_m3: float, cut_offs: Values, seed: int) -> Claimed:
    """Run the study; volume_m3: what the survey found, which is not the truth."""
    random = np.random.default_rng([seed, 11])
    result = run(_inputs(volume_m3, seed), _samples(drilled, places, random), TODAY, sent=_sent(len(drilled.grade)))
    return read(result, cut_offs)


def read(result: StudyResult, cut_offs: Values) -> Claimed:
    """Take what is compared out of a result."""
    drawn = net_values(result, {})
    curve, grade = result.grade_tonnage, result.case.commodities[0].grade
    low, mid, high = (np.interp(cut_offs, curve.cut_off, column) for column in (curve.low, curve.mid, curve.high))
    return Claimed(
        int(result.commodities[0].unfc[-1]),
        curve.g,
        spread(drawn.tonnes),
        (grade.low, grade.mid, grade.high),
        metal=spread(drawn.contained["W"]),
        above=tuple((float(one), float(two), float(three)) for one, two, three in zip(low, mid, high, strict=True)),
    )


def spread(values: Values) -> Interval:
    """P90, P50, P10."""
    low, mid, high = (float(one) for one in np.quantile(values, (0.1, 0.5, 0.9)))
    return low, mid, high


def _inputs(volume_m3: float, seed: int) -> StudyInputs:
    half = 1.2815515655446004 * VOLUME_SPREAD
    stated = 'author = "A. Person"\ndated = 2026-11-01\nsource = "none"'
    volume = "\n".join(
        f"{name} = {volume_m3 * share:.1f}" for name, share in (("p90", 1 - half), ("p50", 1.0), ("p10", 1 + half))
    )
    text = TEMPLATE.format(
        seed=seed,
        along=EXTENT[0],
        across=EXTENT[1],
        low=BASE_M,
        high=BASE_M + EXTENT[2],
        panel=", ".join(str(extent / count) for extent, count in zip(EXTENT, PANELS, strict=True)),
        volume=f"{volume}\n{stated}",
        money=f"p90 = 1.0\np50 = 2.0\np10 = 3.0\n{stated}",
    )
    return read_inputs(text)


def _samples(drilled: Drilled, places: Values, random: np.random.Generator) -> list[Sampled]:
    found = []
    weighed = set(random.permutation(len(drilled.grade))[:WEIGHED].tolist())
    for number, (hole, rows, grade) in enumerate(zip(drilled.hole, drilled.rows, drilled.grade, strict=True)):
        at = places[rows]
        high, low = at[:, 2].max() + STEP_M / 2, at[:, 2].min() - STEP_M / 2
        collar = BASE_M + EXTENT[2]
        below = {"W": drilled.limit} if grade < drilled.limit else {}
        found.append(
            Sampled(
                f"H{hole:02d}",
                float(at[0, 0]),
                float(at[0, 1]),
                collar,
                collar - float(high),
                bottom_m=collar - float(low),
                material="tailings",
                grades={"W": SHARE_BELOW * drilled.limit if below else float(grade)},
                below=below,
                bulk_t_m3=1.25 * (DENSITY_T_M3 + DENSITY_SD * random.standard_normal()) if number in weighed else None,
                water_share=0.25 if number in weighed else None,
            )
        )
    return found


@cache
def _sent(primary: int) -> SentSamples:
    """A laboratory without a fault: one in ten a blank, a duplicate, a standard."""
    count = -(-primary // 10)
    kinds = [(f"P{one}", "primary", "") for one in range(primary)]
    results = {f"P{one}": {"W": 1000.0} for one in range(primary)}
    for kind, of, value in (("blank", "", 1.0), ("duplicate", "P0", 1010.0), ("standard", "M1", 1005.0)):
        kinds += [(f"{kind}{one}", kind, of) for one in range(count)]
        results |= {f"{kind}{one}": {"W": value} for one in range(count)}
    return SentSamples(tuple(kinds), results, {f"blank{one}": {"W": 25.0} for one in range(count)})


def surveyed(random: np.random.Generator) -> float:
    """A volume as a survey finds it."""
    return VOLUME_M3 * float(1.0 + VOLUME_SPREAD * random.standard_normal())


def true_metal(case: DepositCase, panels: Values) -> float:
    """Tonnes of the element."""
    return VOLUME_M3 * DENSITY_T_M3 * float(panels.mean()) / 1e6


assert LATTICE[2] * STEP_M == EXTENT[2]
