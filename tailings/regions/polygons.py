"""In which region a place lies: by the number of edges of its rings that a ray to the east crosses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tailings.regions.boundaries import Boundaries
from tailings.series import Mask, Values

AT_ONCE: Final = 512
"""Places in one step: those in the box of a ring of thousands of edges take some megabytes."""


class Polygons:
    """The regions of a file, ready to be asked; of one in another (NUTS 3 in NUTS 2) the longest code counts."""

    def __init__(self, found: Boundaries) -> None:
        ordered = sorted(found.regions, key=lambda one: (len(one.code), one.code))
        self._codes = [one.code for one in ordered]
        self._rings = [[np.asarray(ring, np.float64).reshape(-1, 2) for ring in one.rings] for one in ordered]
        self._boxes = np.array([_box(rings) for rings in self._rings]).reshape(-1, 4)

    def codes(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> list[str]:
        """The code of each place; "" for one that lies in no region."""
        x, y = np.asarray(longitudes, np.float64), np.asarray(latitudes, np.float64)
        found = [""] * len(x)
        for start in range(0, len(x), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            for place, region in zip(*self._inside(x[some], y[some]), strict=True):
                found[start + place] = self._codes[region]
        return found

    def _inside(self, x: Values, y: Values) -> tuple[list[int], list[int]]:
        """Place and region of each pair, the regions with the longest code last."""
        west, south, east, north = self._boxes.T
        near = (x[:, None] >= west) & (x[:, None] <= east) & (y[:, None] >= south) & (y[:, None] <= north)
        places: list[int] = []
        regions: list[int] = []
        for region in np.flatnonzero(near.any(axis=0)):
            beside = np.flatnonzero(near[:, region])
            inside = beside[is_inside(self._rings[region], x[beside], y[beside])]
            places += inside.tolist()
            regions += [int(region)] * len(inside)
        return places, regions


def is_inside(rings: Sequence[Values], x: Values, y: Values) -> Mask:
    """Whether each place lies within an odd number of rings: a hole is a ring too."""
    crossed = sum((crossings(ring, x, y) for ring in rings), np.zeros(len(x), np.int64))
    inside: Mask = crossed % 2 == 1
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


def _box(rings: Sequence[Values]) -> tuple[float, float, float, float]:
    """West, south, east and north of all rings."""
    points = np.concatenate(rings)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return float(west), float(south), float(east), float(north)
