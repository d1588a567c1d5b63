"""Tests of variograms: the experimental one against gstools, the fit against what was put in."""

import numpy as np
import pytest

from tailings.estimate import variograms
from tailings.estimate.variograms import Experimental, Variogram
from tests.tailings.estimate.deposits import scattered, simulated

ONE_DOMAIN = np.zeros(300, dtype=np.int64)


def test_the_experimental_variogram_is_that_of_gstools() -> None:
    """On 300 samples in a plane, class by class, to 1e-9 (gstools 1.7, vario_estimate)."""
    import gstools as gs

    points = scattered(300, 4) * [1, 1, 0]
    grade = np.random.default_rng(5).normal(100, 20, 300)
    _, expected, pairs = gs.vario_estimate(points[:, :2].T, grade, np.arange(13) * 20.0, return_counts=True)

    found = variograms.experimental(points, grade, ONE_DOMAIN, 20.0)

    along = found.down_m == 0
    np.testing.assert_allclose(found.gamma[along], expected, rtol=1e-9)
    np.testing.assert_array_equal(found.pairs[along], pairs)


def test_pairs_of_two_domains_do_not_count() -> None:
    """Four samples in two domains give the two pairs within them, by hand: (1-3)²/2 = 2 and (10-14)²/2 = 8."""
    points = np.array([[0.0, 0, 0], [10, 0, 0], [0, 0, 0.1], [10, 0, 0.1]])

    found = variograms.experimental(points, np.array([1.0, 3, 10, 14]), np.array([0, 0, 1, 1]), 20.0)

    assert found.gamma == pytest.approx([5.0])
    assert found.pairs == pytest.approx([2])


@pytest.mark.parametrize("model", ["spherical", "exponential"])
def test_the_fit_finds_what_was_put_in(model: variograms.Model) -> None:
    """Classes computed from a known model give it back: nugget, sill and range within a step of the search."""
    h, down = np.arange(10.0, 200.0, 10.0), np.arange(1.0, 20.0, 1.0)
    shape = variograms.SHAPES[model]
    gamma = np.concatenate([10 + 90 * shape(h / 120), 10 + 90 * shape(down * 8 / 120)])
    zero = np.zeros(19)
    found = Experimental(np.concatenate([h, zero]), np.concatenate([zero, down]), gamma, np.full(38, 50.0))

    fitted = variograms.fit(found, model)

    assert (fitted.nugget, fitted.sill, fitted.range_m) == pytest.approx((10, 90, 120), rel=0.08, abs=1.5)
    assert fitted.vertical_ratio == 8.0


def test_the_fit_is_bounded_and_never_negative() -> None:
    """A rising variogram without a sill stays below the total that is allowed."""
    h = np.arange(10.0, 200.0, 10.0)
    rising = Experimental(h, h * 0, h**1.5, np.full(19, 9.0))

    fitted = variograms.fit(rising, most_total=500.0)

    assert fitted.total <= 500.0 + 1e-9
    assert min(fitted.nugget, fitted.sill) >= 0


def test_simulated_deposits_have_the_variogram_they_were_drawn_with() -> None:
    """The mean experimental variogram of 25 deposits lies on the model within 20 % in each class along the beach."""
    true = Variogram("spherical", 2_000.0, 40_000.0, 90.0, 8.0)
    classes = []
    for seed in range(25):
        one = simulated(true, 1_500.0, seed)
        found = variograms.experimental(
            one.blocks, one.truth, np.zeros(400, dtype=np.int64), 25.0, 6, vertical_lag_m=3.0
        )
        classes.append(np.stack([found.along_m, found.gamma])[:, found.down_m == 0])
    h, gamma = np.mean(classes, axis=0)

    np.testing.assert_allclose(gamma, 2_000 + 40_000 * variograms.spherical(h / 90.0), rtol=0.2)


def test_too_few_pairs_and_samples_that_do_not_vary_are_refused() -> None:
    """There is nothing to fit, and the error says why."""
    one = Experimental(np.array([1.0]), np.zeros(1), np.ones(1), np.ones(1))
    flat = Experimental(np.array([1.0, 2.0]), np.zeros(2), np.zeros(2), np.ones(2))
    with pytest.raises(ValueError, match="two classes"):
        variograms.fit(one)
    with pytest.raises(ValueError, match="do not vary"):
        variograms.fit(flat)
