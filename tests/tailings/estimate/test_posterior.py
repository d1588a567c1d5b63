"""Tests of what samples say of the model: the likelihood by scipy; draws hold the truth as often as they say."""

import msgspec
import numpy as np
import pytest
from scipy import linalg

from tailings.estimate import posterior, scores
from tailings.estimate.posterior import DRIFTS, Scored
from tailings.estimate.structures import Structures

EXTENT = (300.0, 300.0, 12.0)


def simulated(seed: int, power: float = 0.0, deviation: float = 0.5) -> Scored:
    """Ten holes of six samples: range 120 m and 6 m, exponential, a tenth of nugget."""
    random = np.random.default_rng(seed)
    collars = random.uniform(0, 300, (10, 2))
    at = np.array([[x, y, z] for x, y in collars for z in np.arange(6) * 2.0])
    apart = np.linalg.norm((at[:, None] - at[None]) / np.array([120.0, 120.0, 6.0]), axis=2)
    matrix = 0.9 * np.exp(-3 * apart) + 0.1 * np.eye(60)
    score = deviation * np.linalg.cholesky(matrix) @ random.standard_normal(60)
    grade = scores.back(score, power)
    drift = np.stack([at[:, 2] / 6 - 1, at[:, 1] / 150 - 1], axis=1)
    return Scored(at, np.full(60, 2.0), np.arange(60) // 30, grade / scores.scale(grade), drift, base_m=2.0)


def candidates(count: int) -> Structures:
    """Some structures, of both kinds."""
    return posterior.prior(80.0, EXTENT, 2.0).drawn(count, np.random.default_rng(2))


def by_scipy(one: Structures, data: Scored, power: int, drift: int) -> float:
    """Restricted likelihood by contrasts: scores seen through columns that are orthogonal to the means of the domains,
    the drift a part of the covariance, the deviation integrated out."""
    alike = one.alike(data.at, data.at)[0] * (data.domain[:, None] == data.domain)
    matrix = (1 - one.nugget[0]) * alike + one.nugget[0] * np.eye(len(data.at))
    for column in DRIFTS[drift]:
        matrix += np.outer(data.drift[:, column], data.drift[:, column])
    means = (data.domain[:, None] == np.unique(data.domain)).astype(float)
    contrasts = linalg.null_space(means.T)
    seen = contrasts.T @ scores.score(data.share, scores.POWERS[power])
    inside = contrasts.T @ matrix @ contrasts
    square = seen @ linalg.solve(inside, seen, assume_a="pos")
    return float(-0.5 * np.linalg.slogdet(inside)[1] - 0.5 * len(seen) * np.log(square))


def test_the_likelihood_is_that_of_contrasts() -> None:
    """Differences between structures, powers and drifts are those of scipy's, for both kinds of structure."""
    data, some = simulated(1), candidates(4)
    found, _ = posterior.likelihood(some, data, np.ones(len(scores.POWERS)))
    expected = np.array(
        [
            [[by_scipy(some.taken(slice(b, b + 1)), data, p, d) for d in range(4)] for p in range(len(scores.POWERS))]
            for b in range(4)
        ]
    )

    np.testing.assert_allclose(found - found[0, 0, 0], expected - expected[0, 0, 0], rtol=1e-6, atol=1e-6)


def test_draws_are_the_same_each_time() -> None:
    """The same samples and seed give the same structures."""
    before = posterior.prior(80.0, EXTENT, 2.0)
    one, other = (posterior.learn(simulated(3), before, np.random.default_rng(5)) for _ in range(2))

    np.testing.assert_array_equal(one.structures.free, other.structures.free)
    assert 0.1 < one.accepted < 0.7


def test_ranges_and_nugget_are_held_as_often_as_claimed() -> None:
    """Of 24 deposits whose truth is near what is thought beforehand, the 80 % interval of the range down the hole holds
    15 to 24 (binomial, 98 %)."""
    held, before = 0, posterior.prior(80.0, EXTENT, 2.0)
    for seed in range(24):
        found = posterior.learn(simulated(100 + seed), before, np.random.default_rng(seed)).structures.down_m
        low, high = np.quantile(found, (0.1, 0.9))
        held += int(low <= 6.0 <= high)

    assert held >= 15


def test_the_power_is_found() -> None:
    """Logarithms for lognormal grades, grades themselves for normal ones."""
    before = posterior.prior(80.0, EXTENT, 2.0)
    share = [
        posterior.learn(simulated(7, power, 0.5 - 0.25 * power), before, np.random.default_rng(1))
        .share.sum(axis=2)
        .mean(axis=0)
        for power in (0.0, 1.0)
    ]

    assert share[0][0] > 0.4 > share[0][-1]
    assert share[1][-1] > share[1][0]


def test_a_long_sample_is_a_mean_of_places() -> None:
    """A sample of three lengths has the variance that the mean of three places has, by hand."""
    data = simulated(1)
    long = msgspec.structs.replace(data, length_m=np.array([6.0, *data.length_m[1:]]))
    some = candidates(1)
    places = data.at[0] + np.array([[0, 0, -2.0], [0, 0, 0], [0, 0, 2.0]])
    nugget = some.nugget[0]

    found, within = posterior.covariance(some, long)

    assert found[0, 0, 0] == pytest.approx((1 - nugget) * some.alike(places, places).mean() + nugget / 3)
    assert (within[0, 0], within[0, 1]) == (pytest.approx(1 - found[0, 0, 0]), 0.0)
