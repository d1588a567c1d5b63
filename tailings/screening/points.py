"""Points of a distribution: where quantiles of a mixture are read off, the same in each run.

An additive recurrence of low discrepancy (M. Roberts, 2018; secondary) fills the cube more evenly than draws do.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np

from tailings.series import Values

COUNT: Final = 4_096
DIMENSIONS: Final = 4
KNOTS: Final = 4_001
WIDTH: Final = 12.0
"""In deviations of the logarithm of a chi-squared variable: beyond, nothing is left."""


@cache
def cube() -> Values:
    """Points of the open unit cube, (COUNT, DIMENSIONS)."""
    root = 2.0
    for _ in range(60):  # x^(d+1) = x + 1
        root = (1 + root) ** (1 / (DIMENSIONS + 1))
    steps = np.array([root ** -(one + 1) for one in range(DIMENSIONS)])
    found = (0.5 + np.arange(1, COUNT + 1)[:, None] * steps) % 1.0
    return np.asarray(np.clip(found, 1e-9, 1 - 1e-9), float)


@cache
def normal(dimension: int) -> Values:
    """The points of a dimension as deviates of the normal distribution."""
    inverse = NormalDist().inv_cdf
    return np.array([inverse(float(one)) for one in cube()[:, dimension]])


def chi_squared(shares: Values, degrees: float) -> Values:
    """Quantiles of the chi-squared distribution, by its density over the logarithm."""
    spread = WIDTH * math.sqrt(2 / degrees)
    logs = np.linspace(math.log(degrees) - spread - 2, math.log(degrees) + min(spread, 4.0), KNOTS)
    density = 0.5 * degrees * logs - 0.5 * np.exp(logs)
    rising = np.cumsum(np.exp(density - float(np.max(density))))
    return np.asarray(np.exp(np.interp(shares, rising / rising[-1], logs)), float)
