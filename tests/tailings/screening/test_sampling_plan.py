"""The regional sampling plan: against drawn outcomes, spreading evenly, and what costs do to it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.screening.counting import counted
from tailings.screening import BadPlan, GradeSpread, PlanCosts, StatedGrade, sampling_plan
from tailings.screening.statements import Borrowed


def stated(key: str, log_variance: float, mass_t: float | None = 1e6, element: str = "Cu") -> StatedGrade:
    """A statement about a facility with grades about 1000 mg/kg."""
    spread, borrowed = GradeSpread(500.0, 1000.0, 2000.0), Borrowed(9, 9, 0, 0, 0)
    return StatedGrade(
        key,
        element,
        0,
        0,
        spread,
        metal=None,
        metal_missing="" if mass_t else "no_mass",
        to_come=(),
        borrowed=borrowed,
        log_mean=math.log(1000.0),
        log_variance=log_variance,
        sample_variance=0.25,
        mass_t=mass_t,
    )


def test_what_samples_take_away_is_what_drawn_outcomes_say() -> None:
    """Three samples of one facility: one less the mean variance after them over that before, by 400,000 draws."""
    chance, variance, scatter, samples = np.random.default_rng(5), 0.5, 0.25, 3
    theta = math.sqrt(variance) * chance.standard_normal(400_000)
    seen = theta + math.sqrt(scatter / samples) * chance.standard_normal(400_000)
    left = variance * scatter / (scatter + samples * variance)
    mean = variance / (variance + scatter / samples) * seen
    after = np.mean(np.exp(2 * mean + left) * np.expm1(left))

    plan = sampling_plan([stated("a", variance)], samples)

    assert plan.removes == pytest.approx(1 - after / np.var(np.exp(theta)), abs=0.02)
    assert (plan.samples, plan.facilities[0].samples) == (3, 3)


def test_the_first_sample_goes_where_most_tonnes_are_unsure() -> None:
    """More mass, or a wider interval, comes first; a facility whose mass is unknown is counted and not planned."""
    heavier = sampling_plan([stated("a", 0.2), stated("b", 0.2, 3e6), stated("d", 0.9, None)], 1)
    wider = sampling_plan([stated("a", 0.2), stated("c", 0.9)], 1)

    assert [one.facilities[0].key for one in (heavier, wider)] == ["b", "c"]
    assert (heavier.without_mass, wider.without_mass) == (1, 0)
    assert heavier.removes > heavier.evenly


def test_a_way_that_costs_much_is_gone_once_for_several_samples() -> None:
    """With a dear visit six samples go to fewer facilities than with a free one, and the cost is told."""
    rows = [stated(f"f{number}", 0.5 + number / 50) for number in range(6)]

    free, dear = (sampling_plan(rows, 6, PlanCosts(sample=100.0, visit=visit)) for visit in (0.0, 5_000.0))

    assert len(dear.facilities) < len(free.facilities)
    assert dear.cost == 600.0 + 5_000.0 * len(dear.facilities)


def test_samples_by_the_plan_leave_less_error_than_spread_evenly() -> None:
    """In most of four simulated countries, and in all together, also than turned over; docs/bench has twenty."""
    found = [counted(seed, facilities=70, samples=35) for seed in (32, 33, 34, 35)]

    total = {way: sum(one.errors[way] / one.errors["before"] for one in found) for way in found[0].errors}

    assert sum(one.errors["plan"] < one.errors["evenly"] for one in found) >= 3
    assert total["plan"] < 0.9 * min(total["evenly"], total["turned over"])


def test_a_plan_without_doubts_or_of_too_many_samples_is_none() -> None:
    """Nothing with a mass: an empty plan; 2,000 samples: refused with the bounds."""
    assert sampling_plan([stated("a", 0.5, None)], 10).facilities == ()
    with pytest.raises(BadPlan, match="plan 1 to 1000"):
        sampling_plan([stated("a", 0.5)], 2_000)
