"""Structures: how alike scores are at a distance, for many candidates at once, and the waves that a field is made of.

A structure is a row of five free numbers and a smoothness. The free numbers: logit of the nugget's share, log of the
practical range in plan and down [m], and the stretch in plan, log(longest / shortest) times cosine and sine of twice
the azimuth of the longest. Any five real numbers are a structure, and what is nearly isotropic is nearly zero.

    alike(h) = exp(-3 h)                    smoothness 1/2, at h practical ranges
             = (1 + c h) exp(-c h)          smoothness 3/2, c = 4.744: 0.05 at one practical range, as above

Source: Matern's family; its spectral density is that of Student's t with 2 x smoothness degrees of freedom (secondary;
the tests compare with gstools).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.series import Values

FREE: Final = 5
RATES: Final = np.array([3.0, 4.743864518])
DEGREES: Final = (1, 3)
LEAST_NUGGET: Final = 0.002
"""Share of the variance that any two samples differ by: systems stay solvable."""


class Structures(Struct, frozen=True):
    """Candidates: free numbers (b, 5), and 0 or 1 for smoothness 1/2 or 3/2, (b,)."""

    free: Values
    smooth: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.smooth)

    def taken(self, rows: NDArray[np.int64] | slice) -> Structures:
        """Some of them."""
        return Structures(self.free[rows], self.smooth[rows])

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
        """Correlation without nugget of places (n, 3) with places (m, 3), for each candidate: (b, n, m)."""
        metric = self.metric.astype(first.dtype)
        one, other = first @ metric.transpose(0, 2, 1), second @ metric.transpose(0, 2, 1)
        square = (one**2).sum(2)[:, :, None] + (other**2).sum(2)[:, None, :]
        square -= 2.0 * one @ other.transpose(0, 2, 1)
        apart = np.sqrt(np.maximum(square, 0.0), out=square)
        apart *= RATES[self.smooth].astype(apart.dtype)[:, None, None]
        found = np.exp(-apart)
        for rows in np.flatnonzero(self.smooth):
            found[rows] *= 1.0 + apart[rows]
        return found


class Waves(Struct, frozen=True):
    """Directions (f, 3) and, for each smoothness, lengths (f,) of waves before they are stretched by a structure."""

    normal: Values
    length: tuple[Values, Values]

    def of(self, structure: Structures) -> Values:
        """Wave numbers [rad/m] (f, 3) of one structure."""
        kind = int(structure.smooth[0])
        return np.asarray((RATES[kind] * self.normal / self.length[kind][:, None]) @ structure.metric[0])


def waves(count: int, random: np.random.Generator) -> Waves:
    """Draw them."""
    lengths = random.standard_normal((count, max(DEGREES))) ** 2
    one, three = (np.sqrt(lengths[:, :degrees].sum(1)) for degrees in DEGREES)
    return Waves(random.standard_normal((count, 3)), (one, three))
