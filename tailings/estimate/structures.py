"""Structures: how alike scores are at a distance, for many candidates at once, and the waves that a field is made of.

A structure is a row of five free numbers and a shape. The free numbers: logit of the nugget's share, log of the
practical range in plan and down [m], and the stretch in plan, log(longest / shortest) times cosine and sine of twice
the azimuth of the longest. Any five real numbers are a structure, and what is nearly isotropic is nearly zero.

    alike(h) = 1 - 1.5 h + 0.5 h^3       spherical, at h ranges
             = exp(-3 h)                 exponential: 0.05 at h = 1, its practical range
             = (1 + c h) exp(-c h)       smooth (Matern 3/2), c = 4.744: likewise

Source: spectral densities are those of Matern's family (Student's t) and of a ball's indicator, whose overlap with
itself is the spherical model (secondary; the tests compare with gstools).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.series import Values

FREE: Final = 5
SHAPES: Final = ("spherical", "exponential", "smooth")
RATES: Final = np.array([1.0, 3.0, 4.743864518])
DEGREES: Final = (1, 3)
MOST_TURN: Final = 400.0
TURN: Final = 0.02
LEAST_NUGGET: Final = 0.002
"""Share of the variance that any two samples differ by: systems stay solvable."""


class Structures(Struct, frozen=True):
    """Candidates: free numbers (b, 5), and for each its shape, a place in SHAPES (b,)."""

    free: Values
    shape: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.shape)

    def taken(self, rows: NDArray[np.int64] | slice) -> Structures:
        """Some of them."""
        return Structures(self.free[rows], self.shape[rows])

    @property
    def nugget(self) -> Values:
        """Share of the variance that is there at any distance (b,)."""
        return np.asarray(LEAST_NUGGET + (1.0 - LEAST_NUGGET) / (1.0 + np.exp(-self.free[:, 0])))

    @property
    def along_m(self) -> Values:
        """Practical range in plan: the geometric mean of the longest and the shortest (b,)."""
        return np.exp(self.free[:, 1])

    @property
    def down_m(self) -> Values:
        """Practical range down the hole (b,)."""
        return np.exp(self.free[:, 2])

    @property
    def metric(self) -> Values:
        """Matrices (b, 3, 3) that turn metres into practical ranges."""
        s1, s2 = self.free[:, 3], self.free[:, 4]
        half = np.hypot(s1, s2) / 2.0
        even, odd = np.cosh(half), np.where(half > 1e-9, np.sinh(half) / np.maximum(half, 1e-9), 1.0) / 2.0
        found = np.zeros((len(self), 3, 3))
        found[:, 0, 0], found[:, 1, 1] = even - odd * s1, even + odd * s1
        found[:, 0, 1] = found[:, 1, 0] = -odd * s2
        found[:, :2, :2] /= self.along_m[:, None, None]
        found[:, 2, 2] = 1.0 / self.down_m
        return found

    def alike(self, first: Values, second: Values) -> Values:
        """Correlation without nugget of places (n, 3) with places (m, 3), for each candidate: (b, n, m).

        Reckoned in the precision of the first, from the middle of the second: squares of great elevations are inexact.
        """
        turned = self.metric.astype(first.dtype).transpose(0, 2, 1)
        middle = second.mean(axis=0, dtype=np.float64).astype(first.dtype)
        one, other = (first - middle) @ turned, (second - middle) @ turned
        square = (one**2).sum(2)[:, :, None] + (other**2).sum(2)[:, None, :]
        square -= 2.0 * one @ other.transpose(0, 2, 1)
        return self._alike(square)

    def at(self, lags: Lags) -> Values:
        """Correlation without nugget at each of the lags, for each candidate: (b, k)."""
        turned = self.metric
        squared = turned.transpose(0, 2, 1) @ turned
        weights = np.stack([squared[:, 0, 0], 2.0 * squared[:, 0, 1], squared[:, 1, 1], squared[:, 2, 2]], axis=1)
        return self._alike(weights @ lags.products.T)

    def _alike(self, square: Values) -> Values:
        """Correlation at squared distances (b, ...), which are in practical ranges and are spent."""
        apart = np.sqrt(np.maximum(square, 0.0), out=square)
        for rows in range(len(self)):
            shape = int(self.shape[rows])
            apart[rows] = _rises(shape, apart[rows] * float(RATES[shape]))
        return apart


class Lags(Struct, frozen=True):
    """How far places are apart from one another, each lag once: holes on a grid have few.

    products: (k, 4) [m2], of a lag in plan x x, x y, y y, and down z z; pair: (n, n), the lag of each two places.
    """

    products: Values
    pair: NDArray[np.int64]


def lags(at: Values) -> Lags:
    """Lags of places (n, 3) [m]; those that differ by less than a millionth of a square metre are one."""
    x, y, z = (at[:, None, :] - at[None, :, :]).reshape(-1, 3).T
    products, pair = np.unique(np.round(np.stack([x * x, x * y, y * y, z * z], 1), 6), axis=0, return_inverse=True)
    return Lags(products, pair.reshape(len(at), len(at)))


def _rises(shape: int, apart: Values) -> Values:
    if shape == 0:
        near = np.minimum(apart, 1.0)
        return np.asarray(1.0 + near * (0.5 * near * near - 1.5))
    found = np.exp(-apart)
    return found if shape == 1 else np.asarray(found * (1.0 + apart))


class Waves(Struct, frozen=True):
    """Directions (f, 3) and, for each shape, wave numbers (f,) before they are stretched by a structure."""

    direction: Values
    number: tuple[Values, ...]

    def of(self, structure: Structures) -> Values:
        """Wave numbers [rad/m] (f, 3) of one structure."""
        return np.asarray((self.direction * self.number[int(structure.shape[0])][:, None]) @ structure.metric[0])


def waves(count: int, random: np.random.Generator) -> Waves:
    """Draw them."""
    normal = random.standard_normal((count, 3))
    length = np.linalg.norm(normal, axis=1)
    squares = random.standard_normal((count, max(DEGREES))) ** 2
    one, three = (np.sqrt(squares[:, :degrees].sum(1)) for degrees in DEGREES)
    turns, share = _ball()
    drawn = random.random(count)
    inside = np.interp(drawn, share, turns)
    spherical = 2.0 * np.where(drawn > share[-1], MOST_TURN * (1 - share[-1]) / np.maximum(1 - drawn, 1e-6), inside)
    return Waves(normal / length[:, None], (spherical, RATES[1] * length / one, RATES[2] * length / three))


def spectrum(structure: Structures, numbers: Values) -> Values:
    """Density of wave numbers (f, 3) [rad/m] of one structure: what `waves` draws them by."""
    shape, metric = int(structure.shape[0]), structure.metric[0]
    length = np.linalg.norm(numbers @ np.linalg.inv(metric), axis=1)
    if shape == 0:
        half = np.maximum(length / 2.0, 1e-3)
        found = (3.0 * (np.sin(half) - half * np.cos(half)) / half**3) ** 2 * np.pi / 6.0
    else:
        steep = 1.0 + (length / RATES[shape]) ** 2
        found = (8.0 / steep**2 if shape == 1 else 32.0 / steep**3) * np.pi / RATES[shape] ** 3
    return np.asarray(found / (2.0 * np.pi) ** 3 / np.linalg.det(metric))


@cache
def _ball() -> tuple[Values, Values]:
    """Half wave numbers of the spherical model, and the share of the variance below each; the tail falls as 1 / x."""
    x = np.arange(TURN / 2, MOST_TURN, TURN)
    density = ((np.sin(x) - x * np.cos(x)) / x**2) ** 2
    below = np.cumsum(density) * TURN
    return x + TURN / 2, below / (below[-1] + 0.5 / MOST_TURN)
