"""Tests of what samples tell of the range in plan: by hand, by simulated fields, and by a likelihood of scipy's."""

import numpy as np
import pytest
from scipy import linalg, stats

from tailings.estimate import range_evidence
from tailings.estimate.posterior import Draws, Scored
from tailings.estimate.scores import POWERS
from tailings.estimate.structures import Structures

SIDE_M = 60.0
PLAN = np.array([(x, y) for x in (0.0, 60.0, 120.0, 180.0) for y in (0.0, 60.0, 120.0, 180.0)])
DEPTHS = np.arange(6) * 2.0
AT = np.array([(x, y, z) for x, y in PLAN for z in DEPTHS])


def models(down_m: float, along_m: float = 90.0) -> Draws:
    """Three that are alike: exponential, hardly a nugget, logarithms of grades."""
    one = Structures(np.tile([-9.0, np.log(along_m), np.log(down_m), 0.0, 0.0], (3, 1)), np.ones(3, dtype=np.int64))
    zeros = np.zeros(3, dtype=np.int64)
    return Draws(one, zeros + POWERS.index(0.0), zeros, np.ones(3), np.ones(len(POWERS)), each=1)


def scored(along_m: float, down_m: float, seed: int) -> Scored:
    """A field at 16 holes of six samples, by a Cholesky factor."""
    apart = np.linalg.norm((AT[:, None] - AT) / np.array([along_m, along_m, down_m]), axis=2)
    score = np.linalg.cholesky(np.exp(-3.0 * apart) + 1e-6 * np.eye(len(AT))) @ np.random.default_rng(
        seed
    ).standard_normal(len(AT))
    zeros = np.zeros(len(AT), dtype=np.int64)
    return Scored(AT, np.full(len(AT), 2.0), zeros, np.exp(score), np.zeros((len(AT), 2)), base_m=2.0)


def test_holes_of_one_value_make_as_many_pairs_as_there_are_neighbours() -> None:
    """24 pairs on a grid of 4 x 4: times one where grades do not change downwards, times six where they all differ."""
    one, six = (range_evidence.independent_pairs(scored(90.0, 6.0, 1), models(down), SIDE_M) for down in (9e4, 0.1))

    assert (one, six) == (pytest.approx(24.0, rel=0.02), pytest.approx(144.0, rel=0.02))


def test_correlations_are_known_as_well_as_by_so_many_pairs() -> None:
    """Of 2,000 pairs of independent holes the coefficient of correlation scatters by 1 / root of what each is worth."""
    factor = np.linalg.cholesky(np.exp(-3.0 * np.abs(DEPTHS[:, None] - DEPTHS) / 12.0))
    one, other = np.random.default_rng(5).standard_normal((2, 2_000, len(DEPTHS))) @ factor.T

    worth = range_evidence.independent_pairs(scored(90.0, 12.0, 1), models(12.0), SIDE_M) / 24.0

    assert np.mean(one * other, axis=1).std() == pytest.approx(1.0 / np.sqrt(worth), rel=0.06)


def test_where_grades_reach_half_as_far_chance_is_even() -> None:
    """Of 60 fields with the short range it is no other than a number between 0 and 1 (Kolmogorov and Smirnov); of 20
    that reach three times as far as holes are apart it is below 0.15 in nearly all."""
    short, far = (
        [range_evidence.by_chance(scored(range_m, 8.0, seed), models(8.0), SIDE_M) for seed in range(count)]
        for range_m, count in ((30.0, 60), (180.0, 20))
    )

    assert stats.kstest(short, "uniform").pvalue > 0.01
    assert np.mean(np.array(far) <= 0.15) >= 0.9


def test_the_test_is_the_ratio_of_likelihoods() -> None:
    """The sums of squares that a mean leaves under both ranges, by contrasts and scipy's solver."""
    data, alike = scored(90.0, 8.0, 3), []
    contrasts = linalg.null_space(np.ones((1, len(AT))))
    for range_m in (30.0, 90.0):
        apart = np.linalg.norm((AT[:, None] - AT) / np.array([range_m, range_m, 8.0]), axis=2)
        alike.append(contrasts.T @ (np.exp(-3.0 * apart) * 0.998 + 0.002 * np.eye(len(AT))) @ contrasts)
    drawn = linalg.cholesky(alike[0], lower=True) @ np.random.default_rng(9).standard_normal((len(AT) - 1, 4_000))
    fields = np.column_stack([contrasts.T @ np.log(data.share), drawn])
    short, long = ((fields * linalg.solve(one, fields, assume_a="pos")).sum(axis=0) for one in alike)
    ratio = np.log(short / long)

    found = range_evidence.by_chance(data, models(8.0), SIDE_M)

    assert found == pytest.approx(float((ratio[1:] >= ratio[0]).mean()), abs=5 * np.sqrt(0.25 / 300))
