"""What samples say of the model that they were drawn from: many variograms, each as likely as it deserves.

The model: scores (`scores`) are a Gaussian field with a mean of each domain that is unknown, perhaps a drift in
elevation or along the beach, a deviation, and a structure (`structures`). Candidates of structures are drawn twice:
from what is thought beforehand, then around those that the samples favour. Each candidate has the restricted likelihood
of the scores for every power and every drift, the means and the deviation integrated out, and weighs that over the
density that it was drawn from. Realisations take one draw each, so that they differ by what is not known as well.

Source: restricted likelihood, Patterson and Thompson 1971; powers as in De Oliveira, Kedem and Short 1997; importance
sampling from a mixture of both stages (all secondary). The tests hold the likelihood against scipy.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.estimate import scores
from tailings.estimate.structures import FREE, Lags, Structures, lags
from tailings.series import Mask, Values

FIRST: Final = 120
WALKERS: Final = 40
STEPS: Final = 14
LEAST_EFFECTIVE: Final = 12
MOST_SAMPLES: Final = 150
"""That the likelihood takes: of more, every second, third ... along the holes. Conditioning takes all."""
MOST_PARTS: Final = 6
AT_ONCE: Final = 3_000_000
DRIFTS: Final = ((), (0,), (1,), (0, 1))
"""Columns of the drift: none, elevation, distance from the discharge, both."""
DRIFT_SHARES: Final = np.array([0.85, 0.05, 0.05, 0.05])
DRIFT_PRECISION: Final = 1.0
"""A drift moves the scores by about one deviation from the middle of the deposit to its edge."""
POWER_SHARES: Final = np.array([0.5, 0.2, 0.1, 0.1, 0.1])
SHAPE_SHARES: Final = np.array([0.6, 0.3, 0.1])
SPREADS: Final = np.array([0.9, 0.75, 1.2, 0.3, 0.3])
STRETCH_FREEDOM: Final = 3.0
"""Of Student's t in two dimensions that the stretch has: most deposits are nearly isotropic, and some by far not."""
STRIDES: Final = (0.35, 0.6, 0.8)
FULL_STEPS: Final = 0.1
NOISE: Final = 0.03
CHANGED: Final = 0.25


class Scored(Struct, frozen=True, dict=True):
    """Samples: middles (n, 3) [m], length [m], domain, grade over the scale, drift coordinates (n, 2), -1 to 1.

    base_m: the length of a composite, which is what "a grade at a place" means here; a longer one is a mean.
    is_soft: whether samples of one domain tell of another what its own mean does not: borders are soft.
    """

    at: Values
    length_m: Values
    domain: NDArray[np.int64]
    share: Values
    drift: Values
    base_m: float
    is_soft: bool = False

    def taken(self, rows: NDArray[np.int64]) -> Scored:
        """Some of them."""
        return Scored(
            self.at[rows],
            self.length_m[rows],
            self.domain[rows],
            self.share[rows],
            self.drift[rows],
            base_m=self.base_m,
            is_soft=self.is_soft,
        )

    @cached_property
    def parts(self) -> NDArray[np.int64]:
        """How many places stand for each sample."""
        return np.clip(np.round(self.length_m / self.base_m), 1, MOST_PARTS).astype(np.int64)

    def places(self) -> tuple[Values, Values | None]:
        """Places (p, 3) along the samples, and what makes means of them, (n, p); None where each sample is one."""
        parts = self.parts
        owner = np.repeat(np.arange(len(parts)), parts)
        if len(owner) == len(parts):
            return self.at, None
        first = np.cumsum(parts) - parts
        step = np.arange(len(owner)) - first[owner]
        at = self.at[owner].copy()
        at[:, 2] += ((step + 0.5) / parts[owner] - 0.5) * self.length_m[owner]
        means = np.zeros((len(parts), len(owner)))
        means[owner, np.arange(len(owner))] = 1.0 / parts[owner]
        return at, means

    def columns(self) -> Values:
        """Means of the domains, then drifts: (n, domains + 2)."""
        known = np.unique(self.domain)
        return np.concatenate([(self.domain[:, None] == known).astype(np.float64), self.drift], axis=1)

    def score(self, power: float, within: Values, variance: float) -> Values:
        """Scores; that of a long sample is lowered by what averaging has added to it.

        within: (..., n) share of the variance inside of each sample; variance: of the scores of the samples.
        """
        plain = scores.score(self.share, power)
        return np.asarray(plain - 0.5 * variance * within / (1.0 - within) * scores.bend(plain, power))


class Prior(Struct, frozen=True):
    """What is thought of the free numbers before any grade is seen: independent normal numbers, but for the stretch."""

    middle: Values
    spread: Values

    def drawn(self, count: int, random: np.random.Generator) -> Structures:
        """Draw structures."""
        normal = random.standard_normal((count, FREE))
        normal[:, 3:] *= np.sqrt(STRETCH_FREEDOM / random.chisquare(STRETCH_FREEDOM, (count, 1)))
        return Structures(self.middle + self.spread * normal, random.choice(len(SHAPE_SHARES), count, p=SHAPE_SHARES))

    def density(self, of: Structures) -> Values:
        """Log density, less a constant."""
        square = ((of.free - self.middle) / self.spread) ** 2
        stretch = (STRETCH_FREEDOM + 2.0) * np.log1p(square[:, 3:].sum(axis=1) / STRETCH_FREEDOM)
        return np.asarray(np.log(SHAPE_SHARES[of.shape]) - 0.5 * (square[:, :3].sum(axis=1) + stretch))


class Posterior(Struct, frozen=True):
    """Structures, each as likely as the others; shares of the powers and drifts of each (b, powers, drifts); sums of
    squares of the same shape with their degrees of freedom, of which the deviation of the scores is drawn; variance of
    the scores of the samples by power; share of the steps of the chains that were taken."""

    structures: Structures
    share: Values
    squares: Values
    freedom: int
    variance: Values
    accepted: float


class Draws(Struct, frozen=True):
    """Models (b,): structure, place of the power in POWERS, of the drift in DRIFTS, deviation of the scores; variance
    of the scores of the samples by power; how many realisations of each model are wanted."""

    structures: Structures
    power: NDArray[np.int64]
    drift: NDArray[np.int64]
    deviation: Values
    variance: Values
    each: int

    def taken(self, rows: NDArray[np.int64]) -> Draws:
        """Some of them, in an order."""
        return Draws(
            self.structures.taken(rows),
            self.power[rows],
            self.drift[rows],
            self.deviation[rows],
            self.variance,
            each=self.each,
        )


def prior(side_m: float, extent_m: tuple[float, float, float], base_m: float) -> Prior:
    """Ranges lie between what samples can tell apart and the whole deposit, on a logarithmic scale: in plan a third of
    the way from the distance of the holes, side_m, since holes are often drilled at two thirds of the range; one in
    five deposits has a range below that distance. Down the hole about half way, and perhaps beyond the deposit."""
    across = math.hypot(extent_m[0], extent_m[1])
    along = math.cbrt(min(side_m, across) ** 2 * across)
    down = math.sqrt(base_m * max(extent_m[2], 2 * base_m)) * 1.5
    return Prior(np.array([-1.7, math.log(along), math.log(down), 0.0, 0.0]), SPREADS)


def learn(data: Scored, before: Prior, random: np.random.Generator) -> Posterior:
    """Draw WALKERS structures: a population of Markov chains, from those of FIRST that the samples favour most."""
    data = data.taken(thinned(len(data.share)))
    variance = np.array([max(float(scores.score(data.share, power).var()), 1e-12) for power in scores.POWERS])
    apart = lags(data.places()[0])
    tried = _weigh(before.drawn(FIRST, random), data, before, variance, apart)
    now = tried.taken(_systematic(_flattened(tried.weight - before.density(tried.structures)), WALKERS, random))
    accepted = 0
    for _ in range(STEPS):
        for half in (0, 1):
            movers, others = np.arange(half, WALKERS, 2), np.arange(1 - half, WALKERS, 2)
            proposed = _weigh(_moved(now.structures, movers, others, random), data, before, variance, apart)
            better = np.log(random.random(len(movers))) < proposed.weight - now.weight[movers]
            now.take_over(movers[better], proposed, better)
            accepted += int(better.sum())
    inside = np.exp(now.terms - _total(now.terms)[:, None, None])
    freedom = len(data.share) - len(np.unique(data.domain))
    return Posterior(now.structures, inside, now.squares, freedom, variance, accepted=accepted / (STEPS * WALKERS))


def draw(of: Posterior, count: int, each: int, random: np.random.Generator) -> Draws:
    """Draw `count` models: a structure with its power, drift and deviation, for `each` realisations."""
    chosen = random.permutation(len(of.structures))[:count]
    inside = np.cumsum(of.share[chosen].reshape(count, -1), axis=1)
    place = (random.random(count)[:, None] > inside).sum(axis=1)
    power, drift = np.divmod(np.minimum(place, inside.shape[1] - 1), len(DRIFTS))
    deviation = np.sqrt(of.squares[chosen, power, drift] / random.chisquare(of.freedom, count))
    return Draws(of.structures.taken(chosen), power, drift, deviation, of.variance, each=each)


class _Weighed:
    """Structures with their log posterior (b,), its terms by power and drift, and sums of squares: chains that move."""

    def __init__(self, structures: Structures, weight: Values, terms: Values, squares: Values) -> None:
        self.structures, self.weight, self.terms, self.squares = structures, weight, terms, squares

    def taken(self, rows: NDArray[np.int64]) -> _Weighed:
        return _Weighed(self.structures.taken(rows), self.weight[rows], self.terms[rows], self.squares[rows])

    def take_over(self, rows: NDArray[np.int64], other: _Weighed, chosen: Mask) -> None:
        self.structures.free[rows] = other.structures.free[chosen]
        self.structures.shape[rows] = other.structures.shape[chosen]
        self.weight[rows], self.terms[rows], self.squares[rows] = (
            other.weight[chosen],
            other.terms[chosen],
            other.squares[chosen],
        )


def _weigh(of: Structures, data: Scored, before: Prior, variance: Values, apart: Lags) -> _Weighed:
    found, squares = likelihood(of, data, variance, apart)
    terms = found + np.log(POWER_SHARES)[:, None] + np.log(DRIFT_SHARES)
    return _Weighed(of, _total(terms) + before.density(of), terms, squares)


def _moved(
    now: Structures, movers: NDArray[np.int64], others: NDArray[np.int64], random: np.random.Generator
) -> Structures:
    """Each mover steps along the difference of two of the others; the way back is as likely."""
    pairs = np.stack([random.permutation(others)[:2] for _ in movers])
    step = np.where(random.random(len(movers)) < FULL_STEPS, 1.0, random.choice(STRIDES, len(movers)))
    apart = now.free[pairs[:, 0]] - now.free[pairs[:, 1]]
    free = now.free[movers] + step[:, None] * apart + NOISE * random.standard_normal((len(movers), FREE))
    changed = random.random(len(movers)) < CHANGED
    return Structures(free, np.where(changed, random.integers(0, len(SHAPE_SHARES), len(movers)), now.shape[movers]))


def _flattened(weight: Values) -> Values:
    """Shares by weights that are flattened until LEAST_EFFECTIVE candidates count."""
    share = _share(weight)
    for power in np.geomspace(1.0, 0.01, 20):
        share = _share(power * weight)
        if 1.0 / (share**2).sum() >= LEAST_EFFECTIVE:
            break
    return share


def covariance(of: Structures, data: Scored, apart: Lags | None = None) -> tuple[Values, Values]:
    """Correlations of the samples with one another (b, n, n), and what share of the variance lies inside of each.

    apart: lags of the places of the samples, which who has many candidates makes once.
    """
    at, means = data.places()
    found = of.alike(at, at) if apart is None else of.at(apart)[:, apart.pair]
    if means is not None:
        found = means @ found @ means.T
    nugget = of.nugget[:, None]
    found *= (1.0 - nugget)[:, :, None]
    if not data.is_soft and (data.domain != data.domain[0]).any():
        found *= data.domain[:, None] == data.domain
    diagonal = np.arange(len(data.domain))
    found[:, diagonal, diagonal] += nugget / data.parts
    return found, np.maximum(1.0 - found[:, diagonal, diagonal], 0.0) * (data.parts > 1)


def likelihood(of: Structures, data: Scored, variance: Values, apart: Lags | None = None) -> tuple[Values, Values]:
    """Log restricted likelihood and sum of squares, (b, powers, drifts); apart: as of `covariance`."""
    columns = data.columns()
    count, regions = len(data.share), columns.shape[1] - 2
    shape = (len(of), len(scores.POWERS), len(DRIFTS))
    found, squares = np.empty(shape), np.empty(shape)
    wide = columns.shape[1] + len(scores.POWERS)
    batch = max(1, AT_ONCE // (count + wide) ** 2)
    freedom = count - regions
    for start in range(0, len(of), batch):
        rows = slice(start, min(start + batch, len(of)))
        matrix, within = covariance(of.taken(rows), data, apart)
        sides = np.empty((len(matrix), wide, count))
        sides[:, : columns.shape[1]] = columns.T
        for number, power in enumerate(scores.POWERS):
            sides[:, columns.shape[1] + number] = data.score(power, within, variance[number])
        determinant, gram = _reduced(matrix, sides)
        for number, drift in enumerate(DRIFTS):
            terms, left = _regressed(gram, regions, drift)
            squares[rows, :, number] = np.maximum(left, 1e-12)
            found[rows, :, number] = -0.5 * (determinant + terms)[:, None]
    return found - 0.5 * freedom * np.log(squares), squares


def _reduced(matrix: Values, sides: Values) -> tuple[Values, Values]:
    """Log determinants (b,), and sides x inverse x sides' (b, w, w), by one factorisation of both put together."""
    count, wide = matrix.shape[1], sides.shape[1]
    whole = np.zeros((len(matrix), count + wide, count + wide))
    whole[:, :count, :count] = matrix
    whole[:, count:, :count] = sides
    diagonal = np.arange(count, count + wide)
    whole[:, diagonal, diagonal] = 1e12 * (1.0 + np.max(sides**2))
    lower = np.linalg.cholesky(whole)
    inside = np.arange(count)
    part = lower[:, count:, :count]
    return 2.0 * np.log(lower[:, inside, inside]).sum(axis=1), part @ part.transpose(0, 2, 1)


def _regressed(gram: Values, regions: int, drift: tuple[int, ...]) -> tuple[Values, Values]:
    """What the mean adds to minus twice the log likelihood, (b,), and the squares that it leaves, (b, powers)."""
    chosen = [*range(regions), *(regions + one for one in drift)]
    left = gram[:, chosen][:, :, chosen].copy()
    for place in range(regions, len(chosen)):
        left[:, place, place] += DRIFT_PRECISION
    right = gram[:, chosen, regions + 2 :]
    solved = np.linalg.solve(left, right)
    total = gram[:, range(regions + 2, gram.shape[1]), range(regions + 2, gram.shape[1])]
    terms = np.linalg.slogdet(left)[1] - len(drift) * math.log(DRIFT_PRECISION)
    return terms, total - (right * solved).sum(axis=1)


def _total(logarithm: Values) -> Values:
    """Logarithm of the sum over powers and drifts (b,)."""
    flat = logarithm.reshape(len(logarithm), -1)
    most = np.max(flat, axis=1, keepdims=True)
    return np.asarray(most[:, 0] + np.log(np.exp(flat - most).sum(axis=1)))


def _share(logarithm: Values) -> Values:
    found = np.exp(logarithm - np.max(logarithm))
    return np.asarray(found / found.sum())


def _systematic(share: Values, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Rows drawn with these shares, evenly, in a random order."""
    at = (np.arange(count) + random.random()) / count
    rows = np.minimum(np.searchsorted(np.cumsum(share), at), len(share) - 1)
    return random.permutation(rows).astype(np.int64)


def thinned(count: int) -> NDArray[np.int64]:
    """Rows of so many samples that the likelihood takes."""
    return np.arange(0, count, max(1, math.ceil(count / MOST_SAMPLES)))
