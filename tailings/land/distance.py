"""How far a shape of a layer is from a facility: from its outline where there is one, else from its place.

Edges are straight in degrees (RFC 7946) and go into a plane around the facility in pieces of at most a kilometre, which
bow from the true edge by less than 0.1 m below 80 degrees of latitude; the plane itself adds 0.1 m at 25 km.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tailings import geodesic
from tailings.land.shapes import Bounds, Shape
from tailings.regions.polygons import is_inside
from tailings.series import Mask, Values

PIECE_M: Final = 1_000.0
DEGREE_M: Final = 110_500.0
"""Of latitude, where it is shortest (110,574 m, the equator), rounded down: boxes are rather too wide."""
TOUCH_M: Final = 0.001
"""Shapes that are nearer meet: a border that two share is rounded off in degrees, a millionth of a millimetre apart."""
AT_ONCE: Final = 2_000_000
"""Pairs of edges in one step."""


@dataclass(frozen=True, slots=True, eq=False)
class FacilityOrigin:
    """Where a facility lies [degrees], and the area that it covers, if that is known."""

    longitude: float
    latitude: float
    outline: Shape | None = None

    @property
    def bounds(self) -> Bounds:
        """Its box."""
        if self.outline is None:
            return self.longitude, self.latitude, self.longitude, self.latitude
        return self.outline.bounds

    def box(self, reach_m: float) -> Bounds:
        """The box that holds all that is nearer than a distance."""
        west, south, east, north = self.bounds
        high = reach_m / DEGREE_M
        least = np.cos(np.radians(min(89.0, max(abs(south - high), abs(north + high)))))
        wide = high / least
        return west - wide, max(-90.0, south - high), east + wide, min(90.0, north + high)


def distance_m(origin: FacilityOrigin, shape: Shape, reach_m: float) -> float | None:
    """The shortest way to a shape [m], 0 where it meets the facility; None: it is farther than reach_m."""
    if _lies_in(origin, shape):
        return 0.0
    way = _shortest(origin, shape, reach_m)
    found = np.inf if way is None else float(np.hypot(*(way[1] - way[0])))
    if found > reach_m:
        return None
    return found if found >= TOUCH_M else 0.0


def shortest_way(origin: FacilityOrigin, shape: Shape, reach_m: float) -> Values | None:
    """Where the shortest way leaves the facility and where it ends (2, 2), metres east and north of its place.

    None: there is none to draw, for it meets the facility, or it is farther than reach_m.
    """
    length = distance_m(origin, shape, reach_m)
    return _shortest(origin, shape, reach_m) if length else None


def _shortest(origin: FacilityOrigin, shape: Shape, reach_m: float) -> Values | None:
    theirs = _edges(origin, shape, reach_m)
    if not len(theirs):
        return None
    if origin.outline is None:
        return _pair(np.zeros((1, 2)), theirs)
    return _between(_edges(origin, origin.outline, reach_m), theirs)


def lies_in(shape: Shape, x: Values, y: Values) -> Mask:
    """Whether each place lies in an area."""
    found: Mask = np.zeros(len(x), bool)
    for rings in shape.parts if shape.form == "area" else ():
        found |= is_inside(rings, x, y)
    return found


def _lies_in(origin: FacilityOrigin, shape: Shape) -> bool:
    """Whether the facility, or a point of its outline, lies in an area, or the shape begins within the outline."""
    if not _meet(origin.bounds, shape.bounds):
        return False
    own = np.array([(origin.longitude, origin.latitude)]) if origin.outline is None else origin.outline.points
    if lies_in(shape, own[:, 0], own[:, 1]).any():
        return True
    first = np.array([part[0][0] for part in shape.parts])
    return origin.outline is not None and bool(lies_in(origin.outline, first[:, 0], first[:, 1]).any())


def _meet(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _edges(origin: FacilityOrigin, shape: Shape, reach_m: float) -> Values:
    """Both ends (n, 2, 2) of each edge near the facility, in metres around its place; a point is an edge of none."""
    lines = [line for part in shape.parts for line in part]
    if shape.form == "point":
        ends = np.stack([shape.points, shape.points], axis=1)
    else:
        ends = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines])
    cut = pieces(_clipped(ends, origin.box(reach_m)))
    return geodesic.around(origin.longitude, origin.latitude, cut)


def _clipped(ends: Values, box: Bounds) -> Values:
    """The parts of edges (n, 2, 2) that lie in a box (after Liang and Barsky)."""
    low, high = np.array(box[:2]), np.array(box[2:])
    start, step = ends[:, 0], ends[:, 1] - ends[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        at_low, at_high = (low - start) / step, (high - start) / step
    still = step == 0
    outside = (still & ((start < low) | (start > high))).any(axis=1)
    enters = np.where(still, -np.inf, np.minimum(at_low, at_high)).max(axis=1).clip(0, 1)
    leaves = np.where(still, np.inf, np.maximum(at_low, at_high)).min(axis=1).clip(0, 1)
    misses = np.where(still, np.inf, np.maximum(at_low, at_high)).min(axis=1) < 0
    misses |= np.where(still, -np.inf, np.minimum(at_low, at_high)).max(axis=1) > 1
    kept = ~outside & ~misses & (enters <= leaves)
    start, step, enters, leaves = start[kept], step[kept], enters[kept, None], leaves[kept, None]
    return np.stack([start + enters * step, start + leaves * step], axis=1)


def pieces(ends: Values) -> Values:
    """Edges (n, 2, 2) of degrees cut into pieces of at most PIECE_M."""
    step = ends[:, 1] - ends[:, 0]
    count = np.maximum(1, np.ceil(np.hypot(*step.T) * (DEGREE_M * 1.01) / PIECE_M)).astype(int)
    of = np.repeat(np.arange(len(ends)), count)
    number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    share = np.stack([number, number + 1], axis=1)[:, :, None] / count[of][:, None, None]
    found: Values = ends[of, :1] + share * step[of][:, None]
    return found


def _between(ours: Values, theirs: Values) -> Values:
    """The ends (2, 2) of the shortest way between two sets of edges (n, 2, 2) of a plane; one place where any cross."""
    least: Values = np.array([(0.0, 0.0), (np.inf, np.inf)])
    rows = max(1, AT_ONCE // len(theirs))
    for begin in range(0, len(ours), rows):
        some = ours[begin : begin + rows]
        if _cross(some, theirs):
            return np.zeros((2, 2))
        ways = [_pair(some[:, end], theirs) for end in (0, 1)]
        ways += [_pair(theirs[:, end], some)[::-1] for end in (0, 1)]
        least = min(least, *ways, key=lambda way: float(np.hypot(*(way[1] - way[0]))))
    return least


def _pair(points: Values, edges: Values) -> Values:
    """Of the shortest way of any point (n, 2) to any edge (m, 2, 2): the point, and the place on the edge (2, 2)."""
    start, step = edges[:, 0], edges[:, 1] - edges[:, 0]
    to = points[:, None] - start
    square = (step**2).sum(axis=-1)
    along = np.divide((to * step).sum(axis=-1), square, out=np.zeros(to.shape[:2]), where=square > 0).clip(0, 1)
    left = to - along[..., None] * step
    length: Values = np.hypot(left[..., 0], left[..., 1])
    point, edge = divmod(int(np.argmin(length)), len(edges))
    return np.stack([points[point], start[edge] + along[point, edge] * step[edge]])


def _cross(ours: Values, theirs: Values) -> bool:
    """Whether any edge of one set crosses one of the other: the ends of each lie on two sides of the other."""
    a, b, c, d = ours[:, None, 0], ours[:, None, 1], theirs[None, :, 0], theirs[None, :, 1]
    both = _side(a, b, c) * _side(a, b, d) < 0
    return bool((both & (_side(c, d, a) * _side(c, d, b) < 0)).any())


def _side(a: Values, b: Values, of: Values) -> Values:
    found: Values = (b[..., 0] - a[..., 0]) * (of[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
        of[..., 0] - a[..., 0]
    )
    return found
