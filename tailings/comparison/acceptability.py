"""Rank acceptability (SMAA-2): in which share of the draws a facility has which rank, and the weights that favour it.

Source: Lahdelma and Salminen 2001, SMAA-2 (secondary: as the documentation of pysensmcda 2.0.0 describes it, with which
the tests compare). Equal scores share the better rank, as there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.int64]


def ranks(scores: NDArray[np.float64]) -> Ranks:
    """Rank scores (n, draws): 1 is the highest of a draw; return (n, draws)."""
    by_draw = np.ascontiguousarray(-scores.T)
    order = np.argsort(by_draw, axis=1)
    ordered = np.take_along_axis(by_draw, order, axis=1)
    places = np.broadcast_to(np.arange(1, len(scores) + 1), by_draw.shape).copy()
    places[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    np.maximum.accumulate(places, axis=1, out=places)
    found = np.empty_like(places)
    np.put_along_axis(found, order, places, axis=1)
    return np.ascontiguousarray(found.T)


def acceptability(of: Ranks, first: int) -> NDArray[np.float64]:
    """Return the shares (n, first) of the draws in which each has rank 1, 2, ... up to `first`."""
    n, draws = of.shape
    cells = np.minimum(of, first + 1) - 1 + (np.arange(n) * (first + 1))[:, None]
    counts = np.bincount(cells.ravel(), minlength=n * (first + 1)).reshape(n, first + 1)
    shares: NDArray[np.float64] = counts[:, :first] / draws
    return shares


def between(values: NDArray[np.float64] | Ranks, share: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of each row's draws that leave out `share` of them on either side."""
    count = values.shape[1]
    low, high = int(share * (count - 1)), count - 1 - int(share * (count - 1))
    ordered = np.partition(values, (low, high), axis=1)
    return ordered[:, low].astype(float), ordered[:, high].astype(float)


def central_weights(of: Ranks, drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean weights (n, k) of the draws in which each is first; NaN for one that never is."""
    is_first = of == 1
    counts = is_first.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: NDArray[np.float64] = is_first @ drawn / counts
    return mean
