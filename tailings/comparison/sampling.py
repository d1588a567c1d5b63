"""Draws of weights and indicators, such that a facility has the same draws whoever else is compared.

Each facility draws from a stream of its own, by seed and key, so an added one changes no other's draws, and with them
no pair's order in any draw. Indicators are independent of one another and between facilities. Sums go indicator by
indicator, never by a product of matrices, whose rounding hangs on how many there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.comparison.candidates import Candidate
from tailings.comparison.indicators import Axis, of_axis
from tailings.estimate.outcomes import Z10
from tailings.series import Values

Matrix = NDArray[np.float64]
AT_ONCE: Final = 64
"""So many facilities fit the cache of a processor."""
STEPS: Final = 4_096
_DEVIATES: Final = np.array([NormalDist().inv_cdf((step + 0.5) / STEPS) for step in range(STEPS)])


class KnownRanges(Struct, frozen=True):
    """The ranges of candidates as matrices (n, k), in the order of an axis' indicators; middle NaN: evenly drawn."""

    low: Matrix
    high: Matrix
    middle: Matrix

    @property
    def centre(self) -> Matrix:
        """The middle of each range."""
        return np.where(np.isnan(self.middle), (self.low + self.high) / 2, self.middle)


def known(axis: Axis, candidates: Sequence[Candidate]) -> KnownRanges:
    """Set the ranges of candidates out as matrices."""
    rows = [[one.of(of.name) for of in of_axis(axis)] for one in candidates]
    return KnownRanges(
        low=np.array([[of.low for of in row] for row in rows]),
        high=np.array([[of.high for of in row] for row in rows]),
        middle=np.array([[np.nan if of.middle is None else of.middle for of in row] for row in rows]),
    )


def weights(axis: Axis, stated: Values, freedom: float, draws: int, seed: int) -> Matrix:
    """Draw weights (draws, k) that sum to 1: of the stated ones, 1 - freedom; the rest anyhow among the chosen ones.

    stated: (k,), at least one above 0; a weight of 0 stays 0. freedom: 0 the stated weights alone, 1 any weights, all
    as likely (Dirichlet with ones); in between the same simplex, shrunk towards the stated weights.
    """
    chosen = stated > 0
    free = np.zeros((draws, len(stated)))
    raw = _stream(axis, "weights", seed).standard_exponential((draws, int(chosen.sum())))
    free[:, chosen] = raw / raw.sum(axis=1, keepdims=True)
    drawn: Matrix = (1 - freedom) * stated / stated.sum() + freedom * free
    return drawn


def deviates(axis: Axis, key: str, draws: int, seed: int) -> Matrix:
    """Draw uniform deviates (k, draws) of a facility, in the order of the axis' indicators."""
    return _stream(axis, f"facility {key}", seed).random((len(of_axis(axis)), draws))


def scores(axis: Axis, candidates: Sequence[Candidate], of: KnownRanges, drawn: Matrix, seed: int) -> Matrix:
    """Score candidates (n, draws) by weights (draws, k); 0 to 1."""
    made = np.zeros((len(candidates), len(drawn)))
    columns = np.ascontiguousarray(drawn.T)
    for begin in range(0, len(candidates), AT_ONCE):
        some = slice(begin, begin + AT_ONCE)
        uniform = np.stack([deviates(axis, one.key, len(drawn), seed) for one in candidates[some]])
        for place, column in enumerate(columns):
            if column.any():
                made[some] += column * at(
                    of.low[some, place], of.high[some, place], of.middle[some, place], uniform[:, place]
                )
    return made


def at(low: Values, high: Values, middle: Values, uniform: Matrix) -> Matrix:
    """The values of ranges (n,) at uniform deviates (n, draws)."""
    found: Matrix = low[:, None] + (high - low)[:, None] * uniform
    for row in np.flatnonzero(~np.isnan(middle)):
        deviate = normal(uniform[row])
        step = np.where(deviate < 0, (middle[row] - low[row]) / Z10, (high[row] - middle[row]) / Z10)
        found[row] = np.minimum(1.0, np.maximum(0.0, middle[row] + deviate * step))
    return found


def normal(uniform: Values) -> Values:
    """Standard normal deviates at uniform ones, by a table of STEPS: 2,000 facilities ask for millions."""
    return _DEVIATES[(uniform * STEPS).astype(np.int64)]


def _stream(axis: Axis, of: str, seed: int) -> np.random.Generator:
    digest = hashlib.blake2b(f"{seed} {axis} {of}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest, "little")))
