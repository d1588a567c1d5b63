"""Deposits with a known truth: fields on a lattice by a Cholesky factor, spherical or exponential, and their holes.

Nothing of `tailings` is used. A deposit is 300 x 240 x 16 m, in 6 x 6 x 4 panels of 50 x 40 x 4 m; the lattice has 3 x
3 x 2 places in each, and samples lie on it. The nugget varies within a panel, so a panel holds its mean.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Values = NDArray[np.float64]
Layout = Literal["regular", "random", "clustered", "preferential", "rich"]
Shape = Literal["lognormal", "gaussian", "gamma"]
EXTENT: Final = (300.0, 240.0, 16.0)
LATTICE: Final = (18, 18, 8)
PANELS: Final = (6, 6, 4)
BASE_M: Final = 100.0
MEAN: Final = 1000.0
STEP_M: Final = 2.0
POOL: Final = 200
JITTER: Final = 1e-5
QUANTILES: Final = 20
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(QUANTILES)


class DepositCase(Struct, frozen=True):
    """One kind of deposit and drilling.

    cv: of grades at a place; ranges [m]: of the spherical model, practical ones of the exponential; stretch: longest
    over shortest range in plan; azimuth: of the longest [degrees from the chainage]; nugget: share; trend: of scores
    from the middle to the edge in standard deviations, with elevation and with distance; length_m: of the samples;
    limit: share of results below the detection limit.
    """

    name: str
    holes: int
    cv: float = 0.6
    layout: Layout = "regular"
    shape: Shape = "lognormal"
    model: Literal["spherical", "exponential"] = "spherical"
    along_m: float = 120.0
    down_m: float = 8.0
    stretch: float = 1.0
    azimuth: float = 0.0
    nugget: float = 0.1
    trend: tuple[float, float] = (0.0, 0.0)
    length_m: float = 2.0
    limit: float = 0.0


class Drilled(Struct, frozen=True):
    """Holes of one deposit: the hole of each sample, rows of the lattice of its parts, its grade, and below which limit
    a laboratory prints no more than the limit; 0 where it prints all."""

    hole: NDArray[np.int64]
    rows: NDArray[np.int64]
    grade: Values
    limit: float = 0.0


class Simulator:
    """All deposits of one case: the factor is made once."""

    def __init__(self, case: DepositCase) -> None:
        self.case = case
        axes = [
            (np.arange(count) + 0.5) * extent / count + start
            for count, extent, start in zip(LATTICE, EXTENT, (0.0, -EXTENT[1], BASE_M), strict=True)
        ]
        self.places: Values = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
        share = covariance(case, self.places.astype(np.float32), self.places.astype(np.float32))
        share[np.diag_indices(len(share))] += JITTER
        self._factor = np.linalg.cholesky(share)
        high = (self.places[:, 2] - BASE_M - EXTENT[2] / 2) / (EXTENT[2] / 2)
        far = (np.abs(self.places[:, 1]) - EXTENT[1] / 2) / (EXTENT[1] / 2)
        self.drift: Values = case.trend[0] * high + case.trend[1] * far
        self._scale = 1.0 / float(np.sqrt(1.0 + np.mean(self.drift**2)))

    def fields(self, count: int, random: np.random.Generator) -> Values:
        """Draw Gaussian fields on the lattice without drift and nugget (count, places), of variance 1 - nugget."""
        normal = random.standard_normal((len(self.places), count)).astype(np.float32)
        return np.asarray((self._factor @ normal).T, dtype=np.float64)

    def scores(self, fields: Values) -> Values:
        """Standard scores: with drift, scaled so that all grades together have the coefficient of variation."""
        return (fields + self.drift) * self._scale

    @property
    def nugget(self) -> float:
        """Deviation of the nugget in standard scores."""
        return float(np.sqrt(self.case.nugget)) * self._scale

    @property
    def scale(self) -> float:
        """What a field is multiplied with to be a standard score."""
        return self._scale

    def panels(self, fields: Values) -> Values:
        """Mean grade of each panel (count, panels): the truth."""
        grades = expected(self.case, self.scores(fields), self.nugget)
        split = [size for cells, panels in zip(LATTICE, PANELS, strict=True) for size in (panels, cells // panels)]
        return np.asarray(grades.reshape(-1, *split).mean(axis=(2, 4, 6)).reshape(len(fields), -1))

    def drill(self, field: Values, random: np.random.Generator) -> Drilled:
        """Drill the case's holes into one field; grades of samples are means of their parts."""
        parts = round(self.case.length_m / STEP_M)
        columns = collars(self.case, self._plan(field), random)
        cells = columns[:, None] * LATTICE[2] + np.arange(LATTICE[2])[::-1]
        rows = cells.reshape(len(columns), -1, parts)
        noise = self.nugget * random.standard_normal(rows.shape)
        grade = backward(self.case, self.scores(field[None])[0][rows] + noise).mean(axis=2).ravel()
        limit = float(np.quantile(grade, self.case.limit)) if self.case.limit else 0.0
        hole = np.repeat(np.arange(len(columns)), rows.shape[1])
        return Drilled(hole, rows.reshape(-1, parts), grade, limit)

    def _plan(self, field: Values) -> Values:
        """Mean score of each column of the lattice."""
        return np.asarray(field.reshape(-1, LATTICE[2]).mean(axis=1))


def covariance(case: DepositCase, first: Values, second: Values) -> Values:
    """Of the field without nugget, as exact as the places are."""
    angle = np.radians(case.azimuth)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]).astype(first.dtype)
    root = np.sqrt(case.stretch)
    ranges = np.array([case.along_m * root, case.along_m / root, case.down_m]).astype(first.dtype)
    one, other = (np.concatenate([at[:, :2] @ turn.T, at[:, 2:]], axis=1) / ranges for at in (first, second))
    square = (one**2).sum(1)[:, None] + (other**2).sum(1) - 2.0 * one @ other.T
    apart = np.sqrt(np.maximum(square, 0.0))
    near = np.minimum(apart, 1.0)
    alike = 1.0 - 1.5 * near + 0.5 * near**3 if case.model == "spherical" else np.exp(-3.0 * apart)
    return np.asarray((1.0 - case.nugget) * alike, dtype=first.dtype)


def backward(case: DepositCase, score: Values) -> Values:
    """Grades of standard scores, with mean MEAN and the case's coefficient of variation."""
    if case.shape == "lognormal":
        variance = np.log1p(case.cv**2)
        return np.asarray(MEAN * np.exp(np.sqrt(variance) * score - variance / 2.0))
    if case.shape == "gaussian":
        return np.asarray(MEAN * np.maximum(1.0 + case.cv * score, 0.0))
    from scipy import special, stats

    shape = 1.0 / case.cv**2
    return np.asarray(stats.gamma.isf(special.ndtr(-score), shape, scale=MEAN / shape))


def expected(case: DepositCase, score: Values, deviation: float) -> Values:
    """Mean grade where the nugget is added to the scores, by a table."""
    at = np.linspace(np.min(score) - 1e-9, np.max(score) + 1e-9, 513)
    table = backward(case, at[:, None] + deviation * NODES) @ (WEIGHTS / WEIGHTS.sum())
    return np.asarray(np.interp(score, at, table))


def collars(case: DepositCase, plan: Values, random: np.random.Generator) -> NDArray[np.int64]:
    """Columns of the lattice that are drilled, each once; plan: mean score of each column."""
    along, across = LATTICE[:2]
    every = np.arange(along * across)
    if case.layout == "regular":
        return _grid(case.holes, random)
    if case.layout == "random":
        return random.choice(every, case.holes, replace=False)
    if case.layout == "rich":
        weight = np.exp(1.5 * (plan - plan.mean()) / plan.std())
        return random.choice(every, case.holes, replace=False, p=weight / weight.sum())
    first = _grid(case.holes // 2, random)
    best = np.argsort(plan[first])[-2:] if case.layout == "preferential" else random.integers(0, len(first), 1)
    x, y = np.divmod(every, across)
    middle = first[best]
    apart = (x - middle[:, None] // across) ** 2 + (y - middle[:, None] % across) ** 2
    near = np.exp(-np.min(apart, axis=0) / 10.0)
    near[first] = 0.0
    further = random.choice(every, case.holes - len(first), replace=False, p=near / near.sum())
    return np.concatenate([first, further])


def _grid(count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Columns on a regular grid whose start is random."""
    along = max(1, round(float(np.sqrt(count))))
    across = -(-count // along)
    x = ((np.arange(along) + random.random()) * LATTICE[0] / along).astype(np.int64)
    y = ((np.arange(across) + random.random()) * LATTICE[1] / across).astype(np.int64)
    found = (x[:, None] * LATTICE[1] + y).ravel()
    return found if len(found) == count else random.permutation(found)[:count]
