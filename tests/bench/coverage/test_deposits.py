"""Tests of the simulator that the coverage benchmark is judged by: its distributions, its fields and its holes."""

from functools import cache

import gstools
import numpy as np
import pytest
from scipy import stats

from bench.coverage import deposits
from bench.coverage.deposits import LATTICE, DepositCase, Simulator

SMOOTH = DepositCase("smooth", 4, nugget=0.0)


@cache
def simulator() -> Simulator:
    """A deposit without nugget."""
    return Simulator(SMOOTH)


@pytest.mark.parametrize(("shape", "cv"), [("lognormal", 2.0), ("gaussian", 0.3), ("gamma", 0.8)])
def test_grades_have_mean_and_coefficient_of_variation(shape: str, cv: float) -> None:
    """Over the quantiles of the standard normal distribution, 1000 mg/kg and what the case says."""
    score = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    grade = deposits.backward(DepositCase("x", 4, cv=cv, shape=shape), score)

    assert grade.mean() == pytest.approx(1000, rel=0.01)
    assert grade.std() / grade.mean() == pytest.approx(cv, rel=0.03)


def test_the_covariance_is_that_of_gstools() -> None:
    """Spherical, stretched three times at 120 degrees, nine tenths of the variance."""
    case = DepositCase("x", 4, stretch=3.0, azimuth=120.0)
    longest = 120.0 * np.sqrt(3.0)
    angles = [np.radians(120.0), 0, 0]
    oracle = gstools.Spherical(dim=3, var=0.9, len_scale=longest, anis=[1 / 3, 8.0 / longest], angles=angles)
    at = np.random.default_rng(3).uniform(0, 1, (20, 3)) * np.array([300.0, 240.0, 16.0])
    apart = (at[:, None] - at[None]).reshape(-1, 3).T

    found = deposits.covariance(case, at, at)

    np.testing.assert_allclose(found.ravel(), 0.9 * oracle.cor_spatial(apart), atol=1e-6)


def test_samples_are_places_of_the_truth() -> None:
    """A hole has eight samples from the top down; without nugget they are the grades of the lattice."""
    smooth = simulator()
    random = np.random.default_rng(1)
    field = smooth.fields(1, random)

    found = smooth.drill(field[0], random)

    assert (len(found.grade), found.rows.shape) == (4 * LATTICE[2], (4 * LATTICE[2], 1))
    np.testing.assert_allclose(found.grade, deposits.backward(smooth.case, smooth.scores(field)[0])[found.rows[:, 0]])
    assert smooth.places[found.rows[0, 0], 2] == 115.0


@pytest.mark.parametrize("layout", ["regular", "random", "clustered", "preferential", "rich"])
def test_each_layout_has_its_holes_each_once(layout: str) -> None:
    """16 different columns."""
    plan = np.random.default_rng(2).standard_normal(LATTICE[0] * LATTICE[1])
    found = deposits.collars(DepositCase("x", 16, layout=layout), plan, np.random.default_rng(1))

    assert len(set(found.tolist())) == 16


def test_panels_are_means_of_their_places() -> None:
    """The mean of all panels is that of all places."""
    field = simulator().fields(1, np.random.default_rng(1))
    places = deposits.expected(SMOOTH, simulator().scores(field), simulator().nugget)

    assert simulator().panels(field).mean() == pytest.approx(places.mean())
