"""What samples tell of the range in plan: whether they could tell it at all, and whether it reaches from hole to hole.

The ranges that are drawn (`posterior`) lie where drillers mean them to be, as long as samples say nothing. So samples
are asked by themselves, all else being as the models have it. First, how many independent pairs of neighbouring holes
there are: a hole whose grades hardly change downwards is one value, however many samples it has. Then a test: where
grades reach half as far as holes are apart, how often would samples at these places look as alike from hole to hole? It
is the likelihood ratio of half and one and a half times that distance, the most powerful test of the two, by its
distribution over fields that are simulated with the shorter one (Neyman and Pearson 1933, secondary).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.estimate.posterior import DRIFTS, Draws, Scored, covariance, thinned
from tailings.estimate.scores import POWERS
from tailings.series import Values

MODELS: Final = 10
"""Of those that were drawn, so many are asked."""
FIELDS: Final = 100
"""Simulated for each of them."""
SEED: Final = 4
SHORT, LONG = 0.5, 1.5
"""Ranges that are held against one another, in distances of the holes."""
NEIGHBOURS: Final = 1.25
"""Holes that are no farther apart, in distances of the holes, are neighbours."""


class RangeEvidence(Struct, frozen=True):
    """Of an element: independent pairs of neighbouring holes, and how likely samples look as alike from hole to hole by
    chance, where grades reach half as far as holes are apart."""

    pairs: float
    by_chance: float


def ask(data: Scored, draws: Draws, side_m: float) -> RangeEvidence:
    """Ask the samples; side_m: of the area that each hole has."""
    data = data.taken(thinned(len(data.share)))
    return RangeEvidence(independent_pairs(data, draws, side_m), by_chance(data, draws, side_m))


def independent_pairs(data: Scored, draws: Draws, side_m: float) -> float:
    """Pairs of neighbouring holes, times the independent values that a hole is worth.

    Samples of which each two have the correlation r are worth 1 / mean(r^2) for knowing how alike two holes are
    (Bartlett 1946, secondary).
    """
    plan, hole = np.unique(data.at[:, :2], axis=0, return_inverse=True)
    alike = covariance(draws.structures.taken(slice(MODELS)), data)[0]
    deviation = np.sqrt(alike.diagonal(axis1=1, axis2=2))
    square = (alike / deviation[:, :, None] / deviation[:, None, :]) ** 2
    worth = np.empty(len(plan))
    for number in range(len(plan)):
        rows = np.flatnonzero(hole.ravel() == number)
        worth[number] = np.median(1.0 / square[:, rows[:, None], rows].mean(axis=(1, 2)))
    apart = np.hypot(*(plan[:, None] - plan).transpose(2, 0, 1))
    one, other = np.nonzero(np.triu(apart <= NEIGHBOURS * side_m, 1))
    return float(np.sqrt(worth[one] * worth[other]).sum())


def by_chance(data: Scored, draws: Draws, side_m: float) -> float:
    """How often fields with the short range look as long as these samples do, mean of the models."""
    random, columns, found = np.random.default_rng(SEED), data.columns(), []
    domains = columns.shape[1] - len(DRIFTS[-1])
    for number in range(min(MODELS, len(draws.structures))):
        structures = draws.structures.taken(np.array([number, number]))
        structures.free[:, 1] = math.log(SHORT * side_m), math.log(LONG * side_m)
        matrices, within = covariance(structures, data)
        place, drift = draws.power[number], DRIFTS[draws.drift[number]]
        score = data.score(POWERS[place], within[0], float(draws.variance[place]))
        known = columns[:, [*range(domains), *(domains + one for one in drift)]]
        short, long = (np.linalg.cholesky(one) for one in matrices)
        fields = np.column_stack([score, short @ random.standard_normal((len(score), FIELDS))])
        ratio = np.log(_left(short, known, fields)) - np.log(_left(long, known, fields))
        found.append(float((ratio[1:] >= ratio[0]).mean()))
    return float(np.mean(found))


def _left(root: Values, known: Values, fields: Values) -> Values:
    """Sums of squares that means and drifts leave of each field, its covariance being root x root'."""
    solved = np.linalg.solve(root, np.concatenate([known, fields], axis=1))
    basis = np.linalg.qr(solved[:, : known.shape[1]])[0]
    left = solved[:, known.shape[1] :]
    left -= basis @ (basis.T @ left)
    return np.asarray((left**2).sum(axis=0))
