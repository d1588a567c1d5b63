"""Borders of domains and surfaces across panels, and soft ones: studies of deposits whose truth is simulated."""

from functools import cache

import msgspec
import numpy as np
import pytest

from tailings.series import Values
from tailings.study import Sampled, StudyInputs, StudyResult, run
from tailings.study.inputs import Box
from tests.tailings.study.example import TODAY, inputs
from tests.tailings.study.surfaces import between

PLAN = np.array([(x, y) for x in (30.0, 90.0, 150.0, 210.0) for y in (-262.5, -187.5, -112.5, -37.5)])
DEPTHS = np.array([1.0, 3.0, 5.0, 7.0])
LIFTED = Box((0.0, 240.0), (-300.0, 0.0), (0.0, 8.0), panel_m=(40.0, 50.0, 4.0), lift_tops_m=(4.0,), beach_m=1_000.0)


def study(box: Box, **other: object) -> StudyInputs:
    """Tungsten alone, 100 realisations."""
    few = msgspec.structs.replace(
        inputs(), box=box, commodity=inputs().commodity[:1], next_hole=(), next_step=(), composite_m=2.0, lag_m=60.0
    )
    return msgspec.structs.replace(few, draws=500, **other)


def sampled(hole: int, collar_m: float, top_m: float, grade: float) -> Sampled:
    """Two metres of a hole."""
    return Sampled(
        f"H{hole:02d}",
        float(PLAN[hole, 0]),
        float(PLAN[hole, 1]),
        collar_m,
        top_m=top_m,
        bottom_m=top_m + 2.0,
        material="tailings",
        grades={"W": grade},
    )


def field(at: Values, seed: int) -> Values:
    """Standard normal scores: exponential, 300 m in plan and 80 m down."""
    apart = np.linalg.norm((at[:, None] - at) / np.array([300.0, 300.0, 80.0]), axis=2)
    factor = np.linalg.cholesky(np.exp(-3.0 * apart) + 1e-8 * np.eye(len(at)))
    return np.asarray(factor @ np.random.default_rng(seed).standard_normal(len(at)))


@cache
def two_lifts(seed: int, borders: str) -> tuple[StudyResult, Values]:
    """A field that goes on from one lift to the next, which is twice as rich: every other hole samples one lift alone.
    With the true grades of the panels at their middles."""
    box = msgspec.structs.replace(LIFTED, borders=borders)
    middles = [np.arange(20.0, 240.0, 40.0), np.arange(-275.0, 0.0, 50.0), np.array([2.0, 6.0])]
    panels = np.stack(np.meshgrid(*middles, indexing="ij"), -1).reshape(-1, 3)
    rows = [(hole, depth) for hole in range(16) for depth in (DEPTHS[:2] if sum(divmod(hole, 4)) % 2 else DEPTHS[2:])]
    at = np.array([(*PLAN[hole], 8.0 - depth) for hole, depth in rows])
    places = np.concatenate([panels, at])
    grade = 1000.0 * np.exp(0.5 * field(places, seed)) * np.where(places[:, 2] > 4.0, 2.0, 1.0)
    drilled = [sampled(hole, 8.0, depth - 1.0, one) for (hole, depth), one in zip(rows, grade[72:], strict=True)]
    return run(study(box), drilled, TODAY), grade[:72]


def error(seed: int, borders: str) -> float:
    """Root of the mean square of the panels' errors, in logarithms."""
    found, truth = two_lifts(seed, borders)
    return float(np.sqrt(np.mean(np.log(np.array(found.panels.grade) / truth) ** 2)))


def test_soft_borders_bring_panels_nearer_to_the_truth_where_a_field_goes_on() -> None:
    """Of four deposits that were simulated by a Cholesky factor, errors are a twentieth smaller at least."""
    soft, hard = (np.mean([error(seed, borders) for seed in (11, 12, 13, 14)]) for borders in ("soft", "hard"))

    assert soft < 0.95 * hard


def test_the_method_says_which_borders_there_are() -> None:
    """Soft or hard; a study that states nothing has hard ones."""
    assert "Borders are soft: what grades differ from the means is alike" in two_lifts(11, "soft")[0].method
    assert "Borders are hard: each is simulated from its own composites" in two_lifts(11, "hard")[0].method
    assert LIFTED.borders == "hard"


def test_panels_across_a_lift_have_the_grade_of_both() -> None:
    """Lower lift 1000, upper 3000 mg/kg; the lift ends 3 m up the panels of 8 m: three eighths of the one and five of
    the other, by hand; the method says how many panels that are."""
    box = Box((0.0, 240.0), (-300.0, 0.0), (0.0, 16.0), panel_m=(40.0, 50.0, 8.0), lift_tops_m=(11.0,), beach_m=1_000.0)
    random = np.random.default_rng(4)
    drilled = [
        sampled(hole, 16.0, top, (1000.0 if top > 4.0 else 3000.0) * float(np.exp(random.normal(0, 0.02))))
        for hole in range(16)
        for top in (1.0, 3.0, 6.0, 8.0, 10.0, 12.0)
    ]

    found = run(study(box), drilled, TODAY)
    upper = np.array(found.panels.grade)[np.array(found.panels.elevation_m) > 8.0]

    assert upper.mean() == pytest.approx(3 / 8 * 1000.0 + 5 / 8 * 3000.0, rel=0.01)
    assert "36 panels lie across a border" in found.method


def test_what_a_surface_leaves_of_panels_has_its_own_grade() -> None:
    """Grades rise with elevation in panels of 8 m, and the top from 3 to 8 m: the mean is that of an integral over what
    there is, within 4 %; that of whole panels is beyond 15 %."""
    box = Box((0.0, 240.0), (-300.0, 0.0), (0.0, 8.0), panel_m=(40.0, 50.0, 8.0))
    top_m = 3.0 + 5.0 * PLAN[:, 0] / 240.0
    bounds = between(lambda x, y: 3.0 + 5.0 * x / 240.0, lambda x, y: 0.0 * x, (-10.0, -310.0), (65, 80), 4.0)
    tops = [(hole, depth) for hole in range(16) for depth in np.arange(0.0, float(top_m[hole]) - 2.0 + 1e-9, 2.0)]
    drilled = [sampled(hole, float(top_m[hole]), top, grade_at(top_m[hole] - top - 1.0)) for hole, top in tops]
    thick = 3.0 + 5.0 * (np.arange(2_400) + 0.5) / 2_400
    truth = float((500.0 * thick + 150.0 * thick**2 / 2.0).sum() / thick.sum())

    found = run(study(box, volume_m3=None, surfaces=bounds), drilled, TODAY)

    assert found.commodities[0].mean_mg_per_kg == pytest.approx(truth, rel=0.04)
    assert abs(grade_at(4.0) / truth - 1.0) > 0.15


def grade_at(elevation_m: float) -> float:
    """500 mg/kg at the ground and 150 more each metre."""
    return float(500.0 + 150.0 * elevation_m)
