"""Ordinary kriging of blocks from their nearest samples, inverse distance as its check, and leave-one-out.

Source: Matheron's ordinary kriging system with a Lagrange multiplier; oracles of the tests are pykrige 1.7 and
gstools 1.7 on the same samples. Blocks are taken in batches, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.estimate.variograms import Variogram
from tailings.series import Values

NEAREST: Final = 16
"""How many samples an estimate leans on."""
BATCH: Final = 4_096
DISTANCES_AT_ONCE: Final = 2_000_000
Tell = Callable[[float], None]


class Estimate(Struct, frozen=True):
    """Value and kriging variance of each block (in grade units, and squared)."""

    value: Values
    variance: Values


class Check(Struct, frozen=True):
    """Leave-one-out: the mean error, its root mean square, the mean of squared errors over kriging variances (about 1
    when the variogram is right), and the slope of truth on estimate (1 without conditional bias)."""

    mean_error: float
    rms_error: float
    variance_ratio: float
    slope: float


def ordinary(
    samples: Values,
    grade: Values,
    blocks: Values,
    variogram: Variogram,
    nearest: int = NEAREST,
    tell: Tell | None = None,
) -> Estimate:
    """Krige each block from its `nearest` samples.

    samples: (n, 3) [m]; grade: (n,); blocks: (m, 3) centres [m]. Raises ValueError for an empty set of samples and for
    two samples in one place (average them first: their system has no answer).
    """
    _must_be_apart(samples, grade)
    at, to = variogram.scaled(samples), variogram.scaled(blocks)
    count = min(nearest, len(grade))
    value, variance = np.empty(len(to)), np.empty(len(to))
    batch = _batch(count) if count < len(grade) else max(1, DISTANCES_AT_ONCE // count)
    for start in range(0, len(to), batch):
        rows = slice(start, start + batch)
        if count == len(grade):
            value[rows], variance[rows] = _solve_whole(at, grade, to[rows], variogram)
        else:
            value[rows], variance[rows] = _solve(at, grade, to[rows], _nearest(at, to[rows], count), variogram)
        if tell is not None:
            tell(min(1.0, (start + batch) / len(to)))
    return Estimate(value, variance)


def system(at: Values, to: Values, variogram: Variogram) -> tuple[Values, Values]:
    """Both sides of the kriging system of all samples: (n + 1, n + 1), and one column a block, (n + 1, m).

    at: (n, 3), to: (m, 3), both scaled by the variogram.
    """
    count = len(at)
    left, right = np.ones((count + 1, count + 1)), np.ones((count + 1, len(to)))
    left[:count, :count] = variogram.covariance(distances(at, at))
    left[count, count] = 0.0
    right[:count] = variogram.covariance(distances(at, to))
    return left, right


def distances(first: Values, second: Values) -> Values:
    """From each of the first points (n, 3) to each of the second (m, 3): (n, m)."""
    return np.sqrt(np.sum((first[:, None, :] - second[None, :, :]) ** 2, axis=2))


def inverse_distance(samples: Values, grade: Values, blocks: Values) -> Values:
    """Weigh the NEAREST samples by 1 / distance²; the sample itself where a block is centred on one."""
    _must_be_apart(samples, grade)
    value = np.empty(len(blocks))
    for start in range(0, len(blocks), BATCH):
        to = blocks[start : start + BATCH]
        chosen = _nearest(samples, to, min(NEAREST, len(grade)))
        distance = np.linalg.norm(samples[chosen] - to[:, None, :], axis=2)
        weight = np.maximum(distance, 1e-9) ** -2.0
        value[start : start + BATCH] = (weight * grade[chosen]).sum(1) / weight.sum(1)
    return value


def leave_one_out(samples: Values, grade: Values, variogram: Variogram) -> Check:
    """Estimate each sample from the NEAREST others."""
    _must_be_apart(samples, grade)
    if len(grade) < 3:
        raise ValueError("leaving one out needs three samples or more")
    at = variogram.scaled(samples)
    chosen = np.concatenate(
        [_nearest(at, at[i : i + BATCH], min(NEAREST + 1, len(grade)))[:, 1:] for i in range(0, len(grade), BATCH)]
    )
    value, variance = _solve(at, grade, at, chosen, variogram)
    error = value - grade
    spread = float(np.var(value))
    slope = float(np.mean((value - value.mean()) * (grade - grade.mean())) / spread) if spread > 0 else 0.0
    ratio = float(np.mean(error**2 / np.maximum(variance, 1e-300)))
    return Check(float(error.mean()), float(np.sqrt(np.mean(error**2))), ratio, slope)


def _nearest(at: Values, to: Values, count: int) -> NDArray[np.int64]:
    """Indices of the nearest samples of each point, the nearest first."""
    chosen = np.empty((len(to), count), dtype=np.int64)
    rows = max(1, DISTANCES_AT_ONCE // len(at))
    for start in range(0, len(to), rows):
        part = to[start : start + rows]
        square = (part**2).sum(1)[:, None] - 2.0 * part @ at.T + (at**2).sum(1)[None, :]
        near = np.argpartition(square, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(square, near, 1), axis=1, kind="stable")
        chosen[start : start + rows] = np.take_along_axis(near, order, 1)
    return chosen


def _solve(
    at: Values, grade: Values, to: Values, chosen: NDArray[np.int64], variogram: Variogram
) -> tuple[Values, Values]:
    count = chosen.shape[1]
    value, variance = np.empty(len(to)), np.empty(len(to))
    batch = _batch(count)
    for start in range(0, len(to), batch):
        rows = slice(start, start + batch)
        near = at[chosen[rows]]
        left = np.ones((len(near), count + 1, count + 1))
        between = np.linalg.norm(near[:, :, None, :] - near[:, None, :, :], axis=3)
        left[:, :count, :count] = variogram.covariance(between)
        left[:, count, count] = 0.0
        right = np.ones((len(near), count + 1))
        right[:, :count] = variogram.covariance(np.linalg.norm(near - to[rows][:, None, :], axis=2))
        weights = np.linalg.solve(left, right[..., None])[..., 0]
        value[rows] = (weights[:, :count] * grade[chosen[rows]]).sum(1)
        variance[rows] = np.maximum(variogram.total - (weights * right).sum(1), 0.0)
    return value, variance


def _solve_whole(at: Values, grade: Values, to: Values, variogram: Variogram) -> tuple[Values, Values]:
    """Every block from all samples: one system for all of them."""
    left, right = system(at, to, variogram)
    weights = np.linalg.solve(left, right)
    return weights[: len(grade)].T @ grade, np.maximum(variogram.total - (weights * right).sum(0), 0.0)


def _batch(count: int) -> int:
    """Blocks at once, so that the systems of a batch stay below about 40 MB."""
    return max(1, min(BATCH, 1_200_000 // (count + 1) ** 2))


def _must_be_apart(samples: Values, grade: Values) -> None:
    if len(grade) == 0:
        raise ValueError("there are no samples to estimate from")
    if len(np.unique(samples, axis=0)) != len(grade):
        raise ValueError("two samples lie in one place; average duplicates before estimating")
