"""Scores: grades moved by Box and Cox's powers, so that they vary like normal numbers, and moved back.

    score = log(grade / scale) for power 0, else ((grade / scale)^power - 1) / power; scale: geometric mean of samples

Divided by their geometric mean, scores of every power have the Jacobian 1, so that their likelihoods compare. Source:
Box and Cox 1964; its posterior for fields, De Oliveira, Kedem and Short 1997 (both secondary).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tailings.series import Values

POWERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST_SHARE: Final = 0.5
"""Of the smallest grade above zero: what a grade of zero counts as."""
NODES: Final = 7
TABLE: Final = 257
Real = NDArray[np.floating[Any]]
"""Of single or double precision."""
MOST_LOG: Final = 60.0


def positive(grade: Values) -> Values:
    """The grades, with zeros as half of the smallest above zero. Raises ValueError where all are zero."""
    above = grade[grade > 0]
    if len(above) == 0:
        raise ValueError("every grade is zero")
    return np.asarray(np.maximum(grade, LEAST_SHARE * np.min(above)), dtype=np.float64)


def scale(grade: Values) -> float:
    """Geometric mean of positive grades."""
    return float(np.exp(np.log(grade).mean()))


def score(share: Values, power: float) -> Values:
    """Score of grades that are divided by the scale."""
    return np.log(share) if power == 0.0 else np.asarray((share**power - 1.0) / power)


def bend(scores: Values, power: float) -> Values:
    """Second over first derivative of the way back: by it the mean of a long sample lies above its score."""
    return np.asarray((1.0 - power) / np.maximum(1.0 + power * scores, 0.1))


def back(scores: Real, power: float) -> Real:
    """Grades over the scale; none below zero."""
    if power == 0.0:
        return np.asarray(np.exp(np.minimum(scores, MOST_LOG)), dtype=scores.dtype)
    return np.asarray(np.maximum(1.0 + power * scores, 0.0) ** (1.0 / power), dtype=scores.dtype)


def expected(scores: Real, power: float, deviation: float) -> Real:
    """Mean grade over the scale where normal numbers of this deviation are added to the scores: what the nugget does to
    the mean of a block, which holds all of it. By Gauss and Hermite's rule, on a table that spans the scores."""
    if power == 0.0:
        return np.asarray(np.exp(np.minimum(scores + deviation**2 / 2.0, MOST_LOG)), dtype=scores.dtype)
    nodes, weights = _rule()
    at = np.linspace(np.min(scores), np.max(scores) + 1e-9, TABLE)
    values = back(at[:, None] + deviation * nodes, power) @ weights
    return np.asarray(np.interp(scores, at, values), dtype=scores.dtype)


@cache
def _rule() -> tuple[Values, Values]:
    """Nodes and weights, which sum to 1, of the mean over normal numbers."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()
