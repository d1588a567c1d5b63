"""Tests of structures against gstools, and of the waves that fields are made of."""

import gstools
import numpy as np
import pytest

from tailings.estimate import structures
from tailings.estimate.structures import RATES, Structures

AT = np.random.default_rng(5).uniform(0, 1, (30, 3)) * np.array([300.0, 200.0, 20.0])
STRETCH, AZIMUTH = 2.5, np.radians(35.0)


def structure(shape: int) -> Structures:
    """Ranges of 120 m in plan (geometric mean) and 10 m down, 2.5 times longer at 35 degrees than across."""
    turned = np.log(STRETCH) * np.array([np.cos(2 * AZIMUTH), np.sin(2 * AZIMUTH)])
    return Structures(np.array([[-1.0, np.log(120.0), np.log(10.0), *turned]]), np.array([shape]))


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_alike_is_what_gstools_says(shape: int) -> None:
    """Spherical, exponential and Matern 3/2, stretched and turned in plan."""
    longest = 120.0 * np.sqrt(STRETCH)
    more = {"dim": 3, "anis": [1 / STRETCH, 10.0 / longest], "angles": [AZIMUTH, 0, 0], "rescale": 1.0}
    if shape == 0:
        oracle = gstools.Spherical(len_scale=longest, **more)
    else:
        nu = (0.5, 1.5)[shape - 1]  # gstools reckons with sqrt(nu) h
        oracle = gstools.Matern(len_scale=longest * np.sqrt(nu) / RATES[shape], nu=nu, **more)
    apart = (AT[:, None] - AT[None]).reshape(-1, 3).T

    found = structure(shape).alike(AT, AT)[0]

    np.testing.assert_allclose(found.ravel(), oracle.cor_spatial(apart), atol=1e-6)


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_lags_of_a_grid_are_few_and_alike_as_its_places_are(shape: int) -> None:
    """Of 3 x 4 x 5 places 7 x 5 x 5 lags at most are apart, less those that are the same from the other side."""
    grid = np.stack(np.meshgrid([0.0, 50.0, 100.0], [0.0, 40.0, 80.0, 120.0], np.arange(5) * 2.0), -1).reshape(-1, 3)
    lags, one = structures.lags(grid), structure(shape)

    np.testing.assert_allclose(one.at(lags)[:, lags.pair], one.alike(grid, grid), atol=1e-6)
    assert len(lags.products) == 18 * 5


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_waves_have_the_covariance(shape: int) -> None:
    """The mean of cos(k (x - y)) over 40,000 waves is the correlation, within five deviations of such a mean."""
    one = structure(shape)
    numbers = structures.waves(40_000, np.random.default_rng(7)).of(one)
    apart = AT[1:] - AT[0]

    found = np.cos(numbers @ apart.T).mean(axis=0)

    np.testing.assert_allclose(found, one.alike(AT[1:], AT[:1])[0, :, 0], atol=5 * 0.7 / 200)


def test_single_precision_is_enough_at_4_000_m() -> None:
    """A mine high up, far along its own grid: within 1 % of what double precision gives."""
    at = AT + np.array([12_000.0, -7_000.0, 4_200.0])
    one = structure(0)

    np.testing.assert_allclose(one.alike(at.astype(np.float32), at.astype(np.float32)), one.alike(at, at), atol=0.01)


def test_ranges_are_practical_ranges() -> None:
    """At one range along or down nothing is left of the spherical one, and a twentieth of the others."""
    for shape in (0, 1, 2):
        far = np.array([[120.0, 0.0, 0.0], [0.0, 0.0, 10.0]])
        plain = Structures(np.array([[-1.0, np.log(120.0), np.log(10.0), 0.0, 0.0]]), np.array([shape]))

        np.testing.assert_allclose(plain.alike(far, np.zeros((1, 3)))[0, :, 0], (0.0, 0.05, 0.05)[shape], atol=3e-4)
