"""Panels: some hundred points that stand for a whole domain, with the joint distribution of their grades.

Ordinary kriging gives each panel's estimate, and the covariance of the errors of all panels together: from it the mean
grade of the facility has its variance, and grade against tonnage has its band. Source: the covariance of ordinary
kriging errors, C_tt - k' K^-1 k, from Matheron's system; the tests draw simulated deposits with known truth.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct

from tailings.estimate import kriging
from tailings.estimate.variograms import Variogram
from tailings.series import Values

MAX_PANELS: Final = 2_000
MAX_SAMPLES: Final = 3_000


class Joint(Struct, frozen=True):
    """Estimates (n,) of the panels and the covariance (n, n) of their errors."""

    mean: Values
    covariance: Values


def joint(samples: Values, grade: Values, panels: Values, variogram: Variogram) -> Joint:
    """Krige all panels together from all samples.

    samples: (n, 3) [m]; grade: (n,); panels: (m, 3) [m]. Raises ValueError beyond MAX_PANELS or MAX_SAMPLES, because
    memory grows with their square.
    """
    if len(panels) > MAX_PANELS or not 0 < len(grade) <= MAX_SAMPLES:
        raise ValueError(f"give 1 to {MAX_SAMPLES} samples, up to {MAX_PANELS} panels; composite longer")
    count = len(grade)
    to = variogram.scaled(panels)
    left, right = kriging.system(variogram.scaled(samples), to, variogram)
    weights = np.linalg.solve(left, right)
    prior = variogram.covariance(kriging.distances(to, to))
    return Joint(weights[:count].T @ grade, prior - right.T @ weights)


def draw(of: Joint, count: int, seed: int) -> Values:
    """Draw `count` sets of panel grades (count, panels), none below zero."""
    values, vectors = np.linalg.eigh(of.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.random.default_rng(seed).standard_normal((count, len(of.mean)))
    return np.maximum(of.mean + normal @ root.T, 0.0)


def mean_grade(of: Joint, weight: Values) -> tuple[float, float]:
    """Mean grade over all panels and its standard deviation; weight: (n,) tonnes of each."""
    share = weight / weight.sum()
    return float(share @ of.mean), float(np.sqrt(max(share @ of.covariance @ share, 0.0)))


def block_diagonal(parts: list[Joint]) -> Joint:
    """Put domains together that tell nothing of one another."""
    total = sum(len(one.mean) for one in parts)
    covariance, start = np.zeros((total, total)), 0
    for one in parts:
        stop = start + len(one.mean)
        covariance[start:stop, start:stop] = one.covariance
        start = stop
    return Joint(np.concatenate([one.mean for one in parts]), covariance)


def removed_variance(of: Joint, weight: Values, hole: Values, at: Values, variogram: Variogram) -> float:
    """Share of the variance of the mean grade that further samples at `hole` (k, 3) [m] would remove, 0 to 1.

    at: (n, 3) [m] of the panels. Each sample of the hole is taken as measured at its nearest panel, with the nugget as
    error; what it will read need not be known, because kriging variances depend on places alone.
    """
    share = weight / weight.sum()
    near = kriging.distances(variogram.scaled(hole), variogram.scaled(at)).argmin(axis=1)
    near = np.unique(near)
    between = of.covariance[np.ix_(near, near)] + np.eye(len(near)) * max(variogram.nugget, 1e-9 * variogram.total)
    with_mean = of.covariance[near] @ share
    before = float(share @ of.covariance @ share)
    return float(with_mean @ np.linalg.solve(between, with_mean)) / before if before > 0 else 0.0
