"""Panels: some hundred points that stand for a whole domain, kriged together: a check of what realisations say.

Ordinary kriging gives each panel's estimate, and the covariance of the errors of all panels together, so the mean grade
has its variance. Source: the covariance of ordinary kriging errors, C_tt - k' K^-1 k, from Matheron's system.
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
