"""Simulated deposits with known truth, for the tests of the estimate."""

from typing import NamedTuple

import numpy as np

from tailings.estimate.variograms import Variogram
from tailings.series import Values


class Deposit(NamedTuple):
    """Block centres and their true grades, samples and theirs."""

    blocks: Values
    truth: Values
    samples: Values
    grade: Values


def scattered(count: int, seed: int, extent_m: tuple[float, float, float] = (400.0, 300.0, 30.0)) -> Values:
    """Points spread evenly over a box, (count, 3)."""
    return np.random.default_rng(seed).uniform(0, 1, (count, 3)) * np.array(extent_m)


def simulated(variogram: Variogram, mean: float, seed: int) -> Deposit:
    """Draw one deposit of 10 x 8 x 5 blocks with 16 holes of 5 samples, Gaussian, by the Cholesky factor."""
    random = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(10) * 25.0, np.arange(8) * 25.0, np.arange(5) * 3.0), -1).reshape(-1, 3)
    collars = np.stack(np.meshgrid([10.0, 80.0, 150.0, 220.0], [8.0, 62.0, 116.0, 170.0]), -1).reshape(-1, 2)
    holes = np.array([[x, y, z] for x, y in collars for z in (0.4, 3.4, 6.4, 9.4, 12.4)])
    at = variogram.scaled(np.concatenate([grid, holes]))
    covariance = variogram.covariance(np.linalg.norm(at[:, None] - at[None], axis=2))
    field = mean + np.linalg.cholesky(covariance + 1e-9 * np.eye(len(at))) @ random.standard_normal(len(at))
    return Deposit(grid, field[: len(grid)], holes, field[len(grid) :])
