"""In which region a place lies: by the number of edges of its rings that a ray to the east crosses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tailings.regions.boundaries import Boundaries
from tailings.series import Mask, Values

AT_ONCE: Final = 512
"""Points in one step: a ring of thousands of edges takes some megabytes."""


class Polygons:
    """The regions of a file, ready to be asked; of one in another (NUTS 3 in NUTS 2) the longest code counts."""

    def __init__(self, found: Boundaries) -> None:
        self._rings = [
            (one.code, [np.asarray(ring, np.float64).reshape(-1, 2) for ring in one.rings])
            for one in sorted(found.regions, key=lambda one: (len(one.code), one.code))
        ]

    def codes(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> list[str]:
        """The code of each place; "" for one that lies in no region."""
        x, y = np.asarray(longitudes, np.float64), np.asarray(latitudes, np.float64)
        found = [""] * len(x)
        for code, rings in self._rings:
            for place in np.flatnonzero(is_inside(rings, x, y)):
                found[place] = code
        return found


def is_inside(rings: Sequence[Values], x: Values, y: Values) -> Mask:
    """Whether each place lies within an odd number of rings; only those in the box of all rings are looked at."""
    inside = np.zeros(len(x), dtype=np.bool_)
    (west, south), (east, north) = (getattr(np.concatenate(rings), end)(axis=0) for end in ("min", "max"))
    near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    for start in range(0, len(near), AT_ONCE):
        some = near[start : start + AT_ONCE]
        crossed = sum((crossings(ring, x[some], y[some]) for ring in rings), np.zeros(len(some), np.int64))
        inside[some] = crossed % 2 == 1
    return inside


def crossings(ring: Values, x: Values, y: Values) -> Values:
    """How many edges of a closed ring (n, 2) a ray to the east from each place crosses."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    across, along = x[:, None], y[:, None]
    crosses = (y0 > along) != (y1 > along)
    with np.errstate(divide="ignore", invalid="ignore"):
        at_x = x0 + (along - y0) / (y1 - y0) * (x1 - x0)
    found: Values = np.count_nonzero(crosses & (across < at_x), axis=1)
    return found
