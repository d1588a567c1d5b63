"""Tests of the coverage benchmark in short: a skewed deposit holds its intervals, and the old way does not."""

from functools import cache

import numpy as np
import pytest

from bench.coverage import counting, study
from bench.coverage.counting import One
from bench.coverage.deposits import DepositCase
from tests.bench.coverage import control

RUNS = 20
SEED = 20_261_129
"""Written down before the first run: run n has this seed plus n, and no other was tried."""
SKEWED = DepositCase("skewed", 16, cv=1.0)
LEAST = 12
"""Of 20 right intervals of 80 %, 99 % of the counts are 12 or more (binomial)."""


@cache
def found(is_control: bool) -> list[One]:
    """The same deposits by the study and by the control."""
    return counting.runs(SKEWED, RUNS, SEED, claim=control.claim if is_control else study.claim)


def held(name: str, is_control: bool = False) -> int:
    """How many intervals hold the truth."""
    return sum(one.claimed[name][0] <= one.truth[name] <= one.claimed[name][2] for one in found(is_control=is_control))


@pytest.mark.parametrize("name", ["tonnes", "grade", "metal", "above 0.25", "above 0.5", "above 0.75"])
def test_intervals_of_a_skewed_deposit_hold_the_truth(name: str) -> None:
    """Each of tonnes, grade, metal and grade against tonnage, in 12 of 20 or more."""
    assert held(name) >= LEAST


def test_16_regular_holes_earn_g2() -> None:
    """In a skewed deposit too, in three of four runs at least."""
    assert sum(one.g <= 2 for one in found(is_control=False)) >= 0.75 * RUNS


def test_one_fitted_variogram_fails() -> None:
    """The same count refuses the way that studies took before: its band of grade against tonnage holds too seldom."""
    assert min(held(f"above {cut:g}", is_control=True) for cut in counting.CUTS) < LEAST


def test_the_score_is_width_and_ten_times_what_lies_outside() -> None:
    """By hand: inside 2; 0.5 above 2 + 5; 1 below 2 + 10."""
    interval = np.array([[1.0, 2.0, 3.0]] * 3)

    assert counting.score(interval, np.array([2.0, 3.5, 0.0])).tolist() == pytest.approx([2.0, 7.0, 12.0])
