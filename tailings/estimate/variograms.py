"""Variograms: half the mean squared difference of samples by their distance, and the model fitted to it.

Source: Deutsch and Journel, GSLIB (secondary) for the models; the same forms are in pykrige 1.7 and gstools 1.7, which
are the oracles of the tests. Ranges are practical ranges: an exponential model reaches 95 % of its sill there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Final, Literal

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from tailings.series import Values

Model = Literal["spherical", "exponential"]
PAIRS_AT_ONCE: Final = 2_000
RATIOS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
STEPS: Final = 40


class Variogram(Struct, frozen=True):
    """A fitted model in (grade unit)²: nugget, partial sill, horizontal range [m], and how much shorter the vertical
    range is (`vertical_ratio` 8: a range of 80 m along the beach is one of 10 m down the hole)."""

    model: Model
    nugget: Annotated[float, Meta(ge=0)]
    sill: Annotated[float, Meta(ge=0)]
    range_m: Annotated[float, Meta(gt=0)]
    vertical_ratio: Annotated[float, Meta(gt=0)] = 1.0

    def __post_init__(self) -> None:
        if self.nugget + self.sill <= 0:
            raise ValueError("nugget and sill are both zero: the samples do not vary, so no variogram is needed")

    @property
    def total(self) -> float:
        """The variance that the variogram rises to."""
        return self.nugget + self.sill

    def scaled(self, points: Values) -> Values:
        """Stretch the third coordinate of (n, 3) points [m], so that distances are isotropic."""
        stretched: Values = np.asarray(points, dtype=np.float64) * np.array([1.0, 1.0, self.vertical_ratio])
        return stretched

    def covariance(self, distance_m: Values) -> Values:
        """Covariance at scaled distances [m]; the nugget counts at distance 0 only."""
        rises = SHAPES[self.model](distance_m / self.range_m)
        return np.asarray(np.where(distance_m > 0, self.sill * (1.0 - rises), self.total), dtype=np.float64)


class Experimental(Struct, frozen=True):
    """Classes of pairs: mean distance along and down [m], half the mean squared difference, number of pairs."""

    along_m: Values
    down_m: Values
    gamma: Values
    pairs: Values


def spherical(h: Values) -> Values:
    """Share of the sill at h ranges."""
    h = np.minimum(h, 1.0)
    return 1.5 * h - 0.5 * h**3


def exponential(h: Values) -> Values:
    """Share of the sill at h practical ranges."""
    return 1.0 - np.exp(-3.0 * h)


SHAPES: Final[dict[Model, Callable[[Values], Values]]] = {"spherical": spherical, "exponential": exponential}


def experimental(
    points: Values, grade: Values, label: NDArray[np.int64], lag_m: float, lags: int = 12, vertical_lag_m: float = 0.0
) -> Experimental:
    """Variogram along the beach and down the holes, over pairs of the same domain.

    points: (n, 3) [m]; grade: (n,); label: (n,) domain of each sample; a pair is "down" when it is nearer than half a
    `lag_m` in plan, "along" when it is nearer than half a vertical lag in elevation (vertical lag 0: lag_m / 10).
    """
    vertical_lag_m = vertical_lag_m or lag_m / 10
    sums = np.zeros((2, lags, 3))
    for start in range(0, len(grade), PAIRS_AT_ONCE):
        stop = min(start + PAIRS_AT_ONCE, len(grade))
        later = np.arange(len(grade))[None, :] > np.arange(start, stop)[:, None]
        first, second = np.nonzero(later & (label[start:stop, None] == label[None, :]))
        apart = points[first + start] - points[second]
        plan, down = np.hypot(apart[:, 0], apart[:, 1]), np.abs(apart[:, 2])
        square = 0.5 * (grade[first + start] - grade[second]) ** 2
        _add(sums[0], plan, lag_m, square, down <= vertical_lag_m / 2)
        _add(sums[1], down, vertical_lag_m, square, plan <= lag_m / 2)
    return _classes(sums)


def fit(found: Experimental, model: Model = "spherical", most_total: float = math.inf) -> Variogram:
    """Weighted least squares, weight pairs / distance²; nugget and sill are linear, range and ratio are searched.

    most_total: the greatest nugget + sill that is allowed, as a multiple of nothing: in (grade unit)². Raises
    ValueError without two classes of pairs.
    """
    if len(found.gamma) < 2:
        raise ValueError("the samples give fewer than two classes of pairs; take a longer lag or more samples")
    distance = np.hypot(found.along_m, found.down_m)
    reach = float(np.max(distance))
    weight = found.pairs / np.maximum(distance, 1e-9) ** 2
    best: tuple[float, Variogram] | None = None
    for ratio in RATIOS if found.down_m.any() and found.along_m.any() else (1.0,):
        scaled = np.hypot(found.along_m, found.down_m * ratio)
        for range_m in np.geomspace(reach / STEPS, reach * 2, STEPS):
            nugget, sill, misfit = _linear(SHAPES[model](scaled / range_m), found.gamma, weight, most_total)
            if nugget + sill > 0 and (best is None or misfit < best[0]):
                best = (misfit, Variogram(model, nugget, sill, float(range_m), ratio))
    if best is None:
        raise ValueError("the samples do not vary, so there is no variogram to fit")
    return best[1]


def _add(sums: Values, distance: Values, lag_m: float, square: Values, taken: NDArray[np.bool_]) -> None:
    index = np.floor(distance / lag_m).astype(np.int64)
    taken = taken & (index < len(sums)) & (distance > 0)
    for column, weights in enumerate((np.ones(taken.sum()), distance[taken], square[taken])):
        sums[:, column] += np.bincount(index[taken], weights=weights, minlength=len(sums))


def _classes(sums: Values) -> Experimental:
    pairs = sums[..., 0]
    filled = pairs > 0
    mean = sums[..., 1:] / np.maximum(pairs, 1)[..., None]
    along, down = mean[0][filled[0]], mean[1][filled[1]]
    zero = np.zeros
    return Experimental(
        np.concatenate([along[:, 0], zero(len(down))]),
        np.concatenate([zero(len(along)), down[:, 0]]),
        np.concatenate([along[:, 1], down[:, 1]]),
        np.concatenate([pairs[0][filled[0]], pairs[1][filled[1]]]),
    )


def _linear(shape: Values, gamma: Values, weight: Values, most_total: float) -> tuple[float, float, float]:
    """Nugget and sill, neither negative, that fit best, and the weighted misfit."""
    w, s, g = weight, shape, gamma
    total = w.sum(), (w * s).sum(), (w * s * s).sum(), (w * g).sum(), (w * s * g).sum()
    w1, ws, wss, wg, wsg = map(float, total)
    determinant = w1 * wss - ws * ws
    pairs = [(0.0, wsg / wss if wss else 0.0), (wg / w1, 0.0)]
    if determinant > 1e-12 * w1 * wss:
        pairs.append(((wg * wss - wsg * ws) / determinant, (w1 * wsg - ws * wg) / determinant))
    kept = [_shrunk(nugget, sill, most_total) for nugget, sill in pairs if nugget >= 0 and sill >= 0]
    return min(
        ((nugget, sill, float((w * (nugget + sill * s - g) ** 2).sum())) for nugget, sill in kept),
        key=lambda tried: tried[2],
        default=(0.0, 0.0, math.inf),
    )


def _shrunk(nugget: float, sill: float, most_total: float) -> tuple[float, float]:
    total = nugget + sill
    share = min(1.0, most_total / total) if total > 0 else 1.0
    return nugget * share, sill * share
