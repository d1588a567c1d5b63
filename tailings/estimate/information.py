"""What it is worth to know more before a decision: shares of variance, and expected values of information.

The decision is to go on, for the value V, or to leave it, for nothing; who decides takes the better one by its expected
value. To know inputs x perfectly is then worth E max(E[V|x], 0) - max(E V, 0); a step that takes away a share r of the
variance of x moves E[V|x] by the root of r as far. Methods: Strong, Oakley and Brennan (regression) and Jalal and
Alarid-Escudero (Gaussian approximation), both secondary; tests hold them to the closed form of the normal linear case.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tailings.series import Values


def expected_given(inputs: Sequence[Values], value: Values) -> Values:
    """E[V | inputs] at each draw, by least squares on the inputs, their squares and products.

    V is linear in each price, grade, recovery, cost and tonnage by itself, so that little is left over.
    """
    scaled = [(one - one.mean()) / one.std() for one in inputs if one.std() > 0]
    if not scaled:
        return np.full_like(value, value.mean())
    columns = [np.ones_like(value), *scaled]
    columns += [one * other for number, one in enumerate(scaled) for other in scaled[: number + 1]]
    basis = np.stack(columns, axis=1)
    weights, *_ = np.linalg.lstsq(basis.T @ basis, basis.T @ value, rcond=None)
    return np.asarray(basis @ weights, dtype=np.float64)


def variance_share(given: Values, value: Values) -> float:
    """The share of the variance of V that knowing the inputs takes away, 0 to 1."""
    whole = float(value.var())
    return min(1.0, float(given.var()) / whole) if whole > 0 else 0.0


def of_perfect(given: Values) -> float:
    """The expected value of perfect information about what E[V|x] is given; never below zero."""
    return of_sample(given, 1.0)


def of_sample(given: Values, removed: float) -> float:
    """The expected value of information that takes away a share of the variance of x, 0 to 1."""
    mean = float(given.mean())
    moved = mean + math.sqrt(removed) * (given - mean)
    return max(0.0, float(np.maximum(moved, 0.0).mean()) - max(mean, 0.0))
