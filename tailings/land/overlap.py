"""The area that two shapes share, by horizontal strips in which no two edges cross.

It needs no valid polygons: rings may touch, run along one another or cross, and a part of an area counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from tailings import geodesic
from tailings.land.distance import pieces
from tailings.land.shapes import Bounds, Part, Shape
from tailings.series import Values

MAX_STRIPS: Final = 400_000
SAME_M: Final = 1e-6
"""Edges that change places by less than that do not cross."""


class TooIntricate(ValueError):
    """Shapes of more corners and crossings than can be counted."""


def shared_m2(one: Shape, other: Shape) -> float:
    """The area [m2] on the ellipsoid that lies in both; 0 where one of them is no area. Raises TooIntricate."""
    if one.form != "area" or other.form != "area":
        return 0.0
    south, north = max(one.bounds[1], other.bounds[1]), min(one.bounds[3], other.bounds[3])
    west, east = max(one.bounds[0], other.bounds[0]), min(one.bounds[2], other.bounds[2])
    if south >= north or west >= east:
        return 0.0
    (_, low), (_, high) = geodesic.of_equal_area(np.array([(0.0, south), (0.0, north)]))
    near = [_near(shape, (west, south, east, north)) for shape in (one, other)]
    edges, owner = _edges([*near[0], *near[1]], south, north)
    sides = np.repeat([0, 1], [len(parts) for parts in near])
    return sum(_strips(edges, owner, sides, (low, high)))


def area_m2(one: Shape) -> float:
    """The area of a shape [m2] on the ellipsoid."""
    return shared_m2(one, one)


def _near(shape: Shape, box: Bounds) -> list[Part]:
    """The polygons of a shape that may reach into a box."""
    bounds = [Shape("area", (part,)).bounds for part in shape.parts]
    west, south, east, north = box
    pairs = zip(shape.parts, bounds, strict=True)
    return [part for part, (w, s, e, n) in pairs if w < east and e > west and s < north and n > south]


def _edges(polygons: Sequence[Part], south: float, north: float) -> tuple[Values, Values]:
    """Edges (n, 4: x, y below, x, y above) on the plane of equal areas, and of which polygon each is.

    They are straight in degrees, so long ones go into the plane in pieces; only those between two latitudes do.
    """
    edges, owner = [np.zeros((0, 4))], [np.zeros(0, int)]
    for number, rings in enumerate(polygons):
        for ring in rings:
            ends = np.stack([ring[:-1], ring[1:]], axis=1)
            is_near = (ends[..., 1].max(axis=1) > south) & (ends[..., 1].min(axis=1) < north)
            at = geodesic.of_equal_area(pieces(ends[is_near])).reshape(-1, 4)
            upward = np.where((at[:, 1] <= at[:, 3])[:, None], at, at[:, [2, 3, 0, 1]])
            edges.append(upward[upward[:, 1] < upward[:, 3]])
            owner.append(np.full(len(edges[-1]), number))
    return np.concatenate(edges), np.concatenate(owner)


def _strips(edges: Values, owner: Values, sides: Values, between: tuple[float, float]) -> Iterator[float]:
    """What is shared in each strip from corner to corner; a strip in which edges cross is cut there."""
    low, high = between
    is_near = (edges[:, 3] > low) & (edges[:, 1] < high)
    edges, owner = edges[is_near], owner[is_near]
    levels = np.unique(np.concatenate([edges[:, 1], edges[:, 3], between]))
    levels = levels[(levels >= low) & (levels <= high)]
    waiting = list(zip(levels[:-1].tolist(), levels[1:].tolist(), strict=True))
    for _ in range(MAX_STRIPS):
        if not waiting:
            return
        bottom, top = waiting.pop()
        is_in = (edges[:, 1] <= bottom) & (edges[:, 3] >= top)
        at = edges[is_in]
        slope = (at[:, 2] - at[:, 0]) / (at[:, 3] - at[:, 1])
        below, above = at[:, 0] + (bottom - at[:, 1]) * slope, at[:, 0] + (top - at[:, 1]) * slope
        order = np.argsort(below + above, kind="stable")
        below, above = below[order], above[order]
        if (cut := _crossing(below, above)) is not None:
            level = bottom + cut * (top - bottom)
            if bottom < level < top:
                waiting += [(bottom, level), (level, top)]
                continue
        yield (top - bottom) * _width((below + above) / 2, owner[is_in][order], sides)
    raise TooIntricate(f"the shapes have more than {MAX_STRIPS} corners and crossings; take a coarser scale")


def _crossing(below: Values, above: Values) -> float | None:
    """At which share of a strip neighbours, in the order of the middle, cross; None: none do."""
    under, over = np.diff(below), np.diff(above)
    crosses = np.flatnonzero(np.minimum(under, over) < -SAME_M)
    if not len(crosses):
        return None
    one = crosses[0]
    return float(under[one] / (under[one] - over[one]))


def _width(middles: Values, owner: Values, sides: Values) -> float:
    """How wide it is, along the middle of a strip, where both sides are inside one of their polygons."""
    polygons, place = np.unique(owner, return_inverse=True)
    crossed = np.zeros((len(middles), len(polygons)), int)
    crossed[np.arange(len(middles)), place] = 1
    is_in = crossed.cumsum(axis=0)[:-1] % 2 == 1
    of = sides[polygons]
    shared = is_in[:, of == 0].any(axis=1) & is_in[:, of == 1].any(axis=1)
    return float(np.diff(middles)[shared].sum())
