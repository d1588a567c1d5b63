"""Tests of sums over facilities; expected values are of closed forms, and of draws that share no code with ours."""

import math

import numpy as np
import pytest

from tailings.estimate import sums

DEVIATES = np.array([-1.2815515655446004, 0.0, 1.2815515655446004])
SHAPES = ((7.0, 0.9), (6.0, 0.4), (7.5, 0.6))
"""Of lognormal amounts: mean and standard deviation of the logarithm."""


def drawn(count: int, seed: int) -> list[np.ndarray]:
    """Independent draws of each amount."""
    random = np.random.RandomState(seed)
    return [random.lognormal(mean, deviation, count) for mean, deviation in SHAPES]


def test_independent_amounts_sum_as_their_draws_do() -> None:
    """P90, P50 and P10 within 2 % of two million draws; adding the P90s is off by far more: the control."""
    found = sums.independent([sums.profile(one) for one in drawn(10_000, 1)])
    truth = np.quantile(sum(drawn(2_000_000, 2)), (0.1, 0.5, 0.9))
    added = sum(np.exp(mean + deviation * DEVIATES) for mean, deviation in SHAPES)

    assert found == pytest.approx(truth, rel=0.02)
    assert abs(added[0] / truth[0] - 1) > 0.2 and abs(added[2] / truth[2] - 1) > 0.1


def test_amounts_that_go_together_sum_as_their_quantiles() -> None:
    """The closed form of lognormal amounts, within the error of ten thousand draws."""
    found = sums.together([sums.profile(one) for one in drawn(10_000, 1)])

    assert found == pytest.approx(sum(np.exp(mean + deviation * DEVIATES) for mean, deviation in SHAPES), rel=0.03)


def test_many_equal_amounts_grow_narrow_only_where_they_are_independent() -> None:
    """Of a hundred normal ones the spread is that of one times 10, or times 100."""
    one = sums.profile(np.random.RandomState(3).normal(1000, 100, 100_000))
    independent, together = sums.independent([one] * 100), sums.together([one] * 100)

    assert independent[2] - independent[0] == pytest.approx(math.sqrt(100) * 2 * 128.155, rel=0.03)
    assert together[2] - together[0] == pytest.approx(100 * 2 * 128.155, rel=0.02)


def test_a_sum_of_one_is_its_own() -> None:
    """Both ways, to the last digit of its own quantiles."""
    draws = drawn(10_000, 5)[0]
    own = tuple(np.quantile(draws, (0.1, 0.5, 0.9)))

    assert sums.independent([sums.profile(draws)]) == pytest.approx(own, rel=1e-12)
    assert sums.together([sums.profile(draws)]) == pytest.approx(own, rel=1e-12)
