"""Partial pooling of log grades over facilities: each borrows from those that are like it, by what the data allow.

    y_ij = theta_i + e_ij                       a sample of facility i; e ~ N(0, ratio * phi)
    theta ~ N(mu, phi * sum(share_k * L_k))     L_k: likeness by commodity, type, age, neighbours, and none (its own)

A normal model with groups (Gelman and Hill 2007; restricted likelihood: Patterson and Thompson 1971; both secondary).
mu has a flat prior, phi an inverse gamma one, and both are integrated in closed form. The shares, the reach of
neighbours and the ratio are integrated over a grid, so that an interval knows that they are not known. A facility
without a type, year or place shares that part with nobody.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings import great_circle
from tailings.screening import points
from tailings.screening.facts import FacilityFacts
from tailings.series import Values

PARTS: Final = ("commodity", "type", "age", "neighbours", "own")
QUARTERS: Final = 4
"""Shares are whole quarters of the variance between facilities."""
LEAST_OWN: Final = 0.05
"""Of the variance: no two facilities are the same."""
REACHES_KM: Final = (10.0, 50.0)
RATIOS: Final = tuple(2.0**power for power in range(-5, 4))
PRIOR_DEGREES: Final = 3.0
PRIOR_SPREAD: Final = 1.0
"""Degrees of freedom and deviation of log grades between facilities, before there are samples: a factor of e."""
LEAST_WEIGHT: Final = 1e-3
"""Of the likeliest point of the grid: below, a point is left out."""
M_PER_KM: Final = 1_000


class Structure(Struct, frozen=True):
    """The share of each part, and the reach of neighbours [km]."""

    shares: tuple[float, ...]
    reach_km: float


class Donors(Struct, frozen=True):
    """Facilities with samples of an element: mean log grade, number of samples, and their sum of squares within."""

    facilities: tuple[FacilityFacts, ...]
    mean: Values
    count: Values
    within: float


class _Turned(Struct, frozen=True):
    """The covariance of the donors by its axes, on which samples are independent whatever the ratio is."""

    axes: Values
    variance: Values
    mean: Values
    ones: Values
    root: Values

    def towards(self, covariance: Values) -> Values:
        """The covariance of donors with targets, on the same axes."""
        return np.asarray(self.axes.T @ (self.root[:, None] * covariance), float)


class Points(Struct, frozen=True):
    """Equally likely values, (points, targets): log grade, its spread, and the variance of samples (points,)."""

    middle: Values
    deviation: Values
    sample_variance: Values

    def mean_log(self, samples: float = math.inf) -> Values:
        """The mean of the logs of so many samples to come; of infinitely many, theta."""
        noise = self.sample_variance / samples
        return np.asarray(self.middle + np.sqrt(self.deviation**2 + noise[:, None]) * points.normal(2)[:, None], float)

    def log_grade(self) -> Values:
        """The log of the mean grade: of lognormal samples it is above the mean of their logs."""
        return np.asarray(self.mean_log() + 0.5 * self.sample_variance[:, None], float)


class Fitted(Struct, frozen=True):
    """The donors with the points of the grid that are likely: structure, covariance, ratio; weight and scale: (g,).

    scale: of phi, which has an inverse chi-squared distribution.
    """

    known: Donors
    structures: tuple[Structure, ...]
    turned: tuple[_Turned, ...]
    ratio: Values
    weight: Values
    scale: Values

    @property
    def shares(self) -> Values:
        """The expected share of each part."""
        return np.asarray(self.weight @ np.array([one.shares for one in self.structures]), float)

    @property
    def degrees(self) -> float:
        """Of freedom, of phi."""
        return _degrees(self.known)


class Alikeness(Struct, frozen=True):
    """How alike facilities are to others by each part; rows: donors."""

    groups: Values
    km: Values
    same: Values

    def of(self, at: Structure) -> Values:
        """The covariance in units of phi."""
        found = np.tensordot(np.array(at.shares[:3]), self.groups, 1)
        return np.asarray(found + at.shares[3] * np.exp(-self.km / at.reach_km) + at.shares[4] * self.same, float)


def donors(facilities: Sequence[FacilityFacts], element: str) -> Donors:
    """Those with a sample of the element; grades are above zero."""
    found = [one for one in facilities if element in one.assays]
    logs = [np.log(one.assays[element].grades) for one in found]
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in logs)
    return Donors(
        tuple(found), np.array([one.mean() for one in logs]), np.array([len(one) for one in logs], float), within
    )


def fit(known: Donors) -> Fitted:
    """Weigh the grid by what the samples of the donors, of whom there is at least one, say."""
    between, structures = likeness(known.facilities, known.facilities), list(grid())
    logs = np.array([_log_likelihoods(known, _turned(known, between.of(at))) for at in structures])
    weight = np.exp(logs - logs.max())
    kept = np.argwhere(weight >= LEAST_WEIGHT)
    share = weight[tuple(kept.T)]
    places = [int(place) for place, _ in kept]
    turned = {place: _turned(known, between.of(structures[place])) for place in set(places)}
    ratio = np.array(RATIOS)[kept[:, 1]]
    squares = [_squares(known, turned[place], float(one)) for place, one in zip(places, ratio, strict=True)]
    return Fitted(
        known,
        tuple(structures[place] for place in places),
        tuple(turned[place] for place in places),
        ratio,
        weight=share / share.sum(),
        scale=np.array(squares) / _degrees(known),
    )


def points_of(found: Fitted, targets: Sequence[FacilityFacts]) -> Points:
    """What that says of each target, as points."""
    towards, known = likeness(found.known.facilities, targets), dict[Structure, Values]()
    middle, spread = (np.empty((len(found.weight), len(targets))) for _ in range(2))
    for row, (at, turned) in enumerate(zip(found.structures, found.turned, strict=True)):
        if at not in known:
            known = {at: turned.towards(towards.of(at))}
        middle[row], spread[row] = _predicted(turned, known[at], float(found.ratio[row]))
    cube = points.cube()
    rows = np.minimum(np.searchsorted(np.cumsum(found.weight), cube[:, 0]), len(found.weight) - 1)
    phi = found.degrees * found.scale[rows] / points.chi_squared(cube[:, 1], found.degrees)
    deviation = np.sqrt(phi[:, None] * spread[rows])
    return Points(middle[rows], deviation, phi * found.ratio[rows])


def grid() -> Iterator[Structure]:
    """All structures, each as likely beforehand; the reach only where neighbours have a share."""
    parts = len(PARTS)
    for cuts in itertools.combinations(range(QUARTERS + parts - 1), parts - 1):
        quarters = np.diff((-1, *cuts, QUARTERS + parts - 1)) - 1
        shares = (1 - LEAST_OWN) * quarters / QUARTERS
        shares[-1] += LEAST_OWN
        for reach_km in REACHES_KM if quarters[3] else REACHES_KM[:1]:
            yield Structure(tuple(map(float, shares)), reach_km)


def likeness(rows: Sequence[FacilityFacts], columns: Sequence[FacilityFacts]) -> Alikeness:
    """Compare facilities by each part: 1 where they are of one kind, and with themselves."""
    same = np.array([one.key for one in rows])[:, None] == np.array([one.key for one in columns])
    groups = []
    for name in PARTS[:3]:
        name = {"commodity": "main"}.get(name, name)
        left, right = (np.array([getattr(one, name) for one in some]) for some in (rows, columns))
        groups.append((left[:, None] == right) & (left != "")[:, None] | same)
    return Alikeness(np.array(groups, float), np.where(same, 0.0, _apart_km(rows, columns)), same.astype(float))


def _apart_km(rows: Sequence[FacilityFacts], columns: Sequence[FacilityFacts]) -> Values:
    """Along the ground, on a sphere; infinitely far where a place is unknown."""
    unknown = (math.nan, math.nan)
    (x0, y0), (x1, y1) = (np.array([one.place or unknown for one in some]).reshape(-1, 2).T for some in (rows, columns))
    apart_m = great_circle.distance_m((x0[:, None], y0[:, None]), (x1, y1))
    return np.asarray(np.nan_to_num(apart_m / M_PER_KM, nan=np.inf), float)


def _turned(known: Donors, between: Values) -> _Turned:
    root = np.sqrt(known.count)
    variance, axes = np.linalg.eigh(root[:, None] * between * root)
    return _Turned(axes, np.maximum(variance, 0.0), axes.T @ (root * known.mean), axes.T @ root, root=root)


def _degrees(known: Donors) -> float:
    return PRIOR_DEGREES + float(known.count.sum()) - 1


def _log_likelihoods(known: Donors, turned: _Turned) -> list[float]:
    """Of each ratio, with mu and phi integrated out, up to what is the same for all."""
    return [_log_likelihood(known, turned, ratio) for ratio in RATIOS]


def _log_likelihood(known: Donors, turned: _Turned, ratio: float) -> float:
    total = turned.variance + ratio
    _, precision = _mean(turned, ratio)
    among = float(known.count.sum()) - len(known.mean)
    logs = float(np.log(total).sum()) + math.log(precision) + among * math.log(ratio)
    return -0.5 * (logs + _degrees(known) * math.log(_squares(known, turned, ratio)))


def _mean(turned: _Turned, ratio: float) -> tuple[float, float]:
    """The mean of all facilities that is likeliest, and its precision."""
    total = turned.variance + ratio
    precision = float((turned.ones**2 / total).sum())
    return float((turned.ones * turned.mean / total).sum()) / precision, precision


def _squares(known: Donors, turned: _Turned, ratio: float) -> float:
    mean, _ = _mean(turned, ratio)
    between = float(((turned.mean - mean * turned.ones) ** 2 / (turned.variance + ratio)).sum())
    return between + known.within / ratio + PRIOR_DEGREES * PRIOR_SPREAD**2


def _predicted(turned: _Turned, towards: Values, ratio: float) -> tuple[Values, Values]:
    """Middle and spread (in units of phi) of each target, as universal kriging has them."""
    mean, precision = _mean(turned, ratio)
    weighted = towards / (turned.variance + ratio)[:, None]
    middle = mean + (turned.mean - mean * turned.ones) @ weighted
    missing = 1 - turned.ones @ weighted
    spread = 1 - (towards * weighted).sum(0) + missing**2 / precision
    return middle, np.maximum(spread, 0.0)
