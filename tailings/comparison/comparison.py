"""One axis compared: scores, ranks and their shares, what turns the first two, and what would settle it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailings.comparison import acceptability, sampling, settling, turning
from tailings.comparison.candidates import Candidate
from tailings.comparison.indicators import Axis, of_axis
from tailings.comparison.settling import Settling
from tailings.comparison.turning import Turning
from tailings.series import Values

DRAWS: Final = 1_000
"""A share of them is uncertain by 1.6 % at most (one standard deviation)."""
FIRST: Final = 20
"""So many ranks have a share of their own."""
TAIL: Final = 0.1
"""Of the draws that are left out on either side of an interval."""
ASKED_OF: Final = 30
"""So many facilities, those that may stand highest, are asked what would settle their rank."""


@dataclass(frozen=True)
class Ranking:
    """The candidates on one axis. Arrays are in the order of the candidates, names and weights in that of `names`.

    centre: score of the middles at the stated weights, and `order` sorts by it: a pair's order hangs on the pair alone.
    low, high: P90 and P10 of the score; rank_low, rank_high: between them the rank lies in eight of ten draws.
    shares: (n, FIRST) of the draws in which each has rank 1, 2, ...; central: mean weights of the draws in which each
    is first, NaN for one that never is. turning: None where there are no two, or no weights turn the first two.
    """

    axis: Axis
    names: tuple[str, ...]
    weights: Values
    order: NDArray[np.int64]
    centre: Values
    low: Values
    high: Values
    rank_low: Values
    rank_high: Values
    shares: NDArray[np.float64]
    central: NDArray[np.float64]
    turning: Turning | None
    settling: tuple[Settling, ...]


def compare(
    axis: Axis, candidates: Sequence[Candidate], stated: Mapping[str, float], freedom: float, seed: int = 0
) -> Ranking:
    """Compare one candidate or more on an axis; the same seed gives the same answer.

    stated: weights by name, of which at least one is above 0; freedom: the share of the weights that may lie elsewhere.
    """
    names = tuple(one.name for one in of_axis(axis))
    given = np.array([float(stated.get(name, 0.0)) for name in names])
    weights = given / given.sum()
    known = sampling.known(axis, candidates)
    middles = known.centre
    centre = _summed(middles, weights)
    drawn = sampling.weights(axis, weights, freedom, DRAWS, seed)
    scores = sampling.scores(axis, candidates, known, drawn, seed)
    ranks = acceptability.ranks(scores)
    low, high = acceptability.between(scores, TAIL)
    rank_low, rank_high = acceptability.between(ranks, TAIL)
    order = np.array(sorted(range(len(candidates)), key=lambda place: (-centre[place], candidates[place].key)))
    highest = sorted(range(len(candidates)), key=lambda place: (rank_low[place], -centre[place]))[:ASKED_OF]
    chosen = [name for name, weight in zip(names, weights, strict=True) if weight > 0]
    first = order[:2]
    return Ranking(
        axis=axis,
        names=names,
        weights=weights,
        order=order,
        centre=centre,
        low=low,
        high=high,
        rank_low=rank_low,
        rank_high=rank_high,
        shares=acceptability.acceptability(ranks, FIRST),
        central=acceptability.central_weights(ranks, drawn),
        turning=turning.smallest_change(weights, middles[first[0]] - middles[first[1]]) if len(first) > 1 else None,
        settling=tuple(settling.settling(axis, candidates, highest, chosen, of=ranks, seed=seed)),
    )


def _summed(middles: NDArray[np.float64], weights: Values) -> Values:
    """Add up column by column, so that a facility's score does not hang on how many there are."""
    total = np.zeros(len(middles))
    for column, weight in zip(middles.T, weights, strict=True):
        total += weight * column
    return total
