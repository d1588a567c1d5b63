"""What of a shape is seen in a square picture around a facility: cut at its edges, as coarse as its lines are wide."""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct

from tailings import geodesic
from tailings.land.distance import FacilityOrigin, distance_m, pieces
from tailings.land.shapes import Bounds, Form, Shape
from tailings.series import Values

STEPS: Final = 400
"""Of a picture, from its middle to an edge."""
BEYOND: Final = 1.05
"""Shapes are cut a little outside of the picture, so that no edge of it looks like one of theirs."""
LEAST_CORNERS: Final = 3
Places = list[tuple[int, int]]


class DrawnShape(Struct, frozen=True):
    """Lines in metres east and north of the facility; a ring of an area is not closed. An area of less than a step is
    a point."""

    form: Form
    lines: list[Places]


def drawn(origin: FacilityOrigin, shape: Shape, reach_m: float) -> DrawnShape | None:
    """The part of a shape that is nearer than reach_m to each side of the facility's place; None: nothing is.

    Edges are cut in degrees, in which they are straight, and drawn straight in metres: a bow of 50 m at 25 km is less
    than a step.
    """
    place = FacilityOrigin(origin.longitude, origin.latitude)
    box = place.box(BEYOND * reach_m)
    step_m = reach_m / STEPS
    rings = [cut for part in shape.parts for line in part for cut in _cut(line, shape.form, box)]
    lines = [_thinned(geodesic.around(origin.longitude, origin.latitude, ring), step_m) for ring in rings]
    if shape.form == "area":
        areas = [one for one in lines if len(one) >= LEAST_CORNERS]
        return DrawnShape("area", areas) if areas else _as_point(lines)
    return DrawnShape(shape.form, lines) if lines else None


def least_reach_m(origin: FacilityOrigin, shapes: list[Shape], reaches_m: tuple[float, ...]) -> float:
    """The least picture that has the facility and the nearest place of each shape; the widest where none has."""
    if origin.outline is not None:
        shapes = [*shapes, origin.outline]
    place = FacilityOrigin(origin.longitude, origin.latitude)
    ways = [distance_m(place, one, reaches_m[-1]) for one in shapes]
    corners = origin.outline.points if origin.outline is not None else np.array([(origin.longitude, origin.latitude)])
    own = np.abs(geodesic.around(origin.longitude, origin.latitude, corners)).max()
    most = max([float(own), *(one for one in ways if one is not None)])
    return next((one for one in reaches_m if one >= most * BEYOND), reaches_m[-1])


def _as_point(lines: list[Places]) -> DrawnShape | None:
    return DrawnShape("point", [lines[0][:1]]) if lines else None


def _cut(line: Values, form: Form, box: Bounds) -> list[Values]:
    if form == "area":
        ring = _ring_in(line[:-1], box)
        return [ring] if len(ring) else []
    is_in = ((line >= box[:2]) & (line <= box[2:])).all(axis=1)
    if form == "point":
        return [line[is_in]] if is_in.any() else []
    return _line_in(line, box)


def _ring_in(ring: Values, box: Bounds) -> Values:
    """A ring (n, 2), not closed, cut at the four sides of a box one after the other (Sutherland and Hodgman)."""
    for axis, limit, sign in ((0, box[0], -1), (1, box[1], -1), (0, box[2], 1), (1, box[3], 1)):
        beyond = sign * (ring[:, axis] - limit)
        following = np.roll(beyond, -1)
        crosses = (beyond <= 0) != (following <= 0)
        share = np.divide(beyond, beyond - following, out=np.zeros(len(ring)), where=crosses)
        crossing = ring + share[:, None] * (np.roll(ring, -1, axis=0) - ring)
        kept = np.stack([beyond <= 0, crosses], axis=1)
        ring = np.stack([ring, crossing], axis=1)[kept]
    return ring


def _line_in(line: Values, box: Bounds) -> list[Values]:
    """The pieces of a line (n, 2) whose edges may meet a box, in pieces of at most a kilometre."""
    low, high = np.minimum(line[:-1], line[1:]), np.maximum(line[:-1], line[1:])
    seen = ((high >= box[:2]) & (low <= box[2:])).all(axis=1)
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(int)))
    return [_finer(line[begin : end + 1]) for begin, end in bounds.reshape(-1, 2)]


def _finer(line: Values) -> Values:
    ends = pieces(np.stack([line[:-1], line[1:]], axis=1))
    return np.concatenate([ends[:1, 0], ends[:, 1]])


def _thinned(places: Values, step_m: float) -> Places:
    """On a grid of a step; of neighbours on one place of it the first."""
    grid = np.round(places / step_m).astype(int)
    kept = np.concatenate([[True], (np.diff(grid, axis=0) != 0).any(axis=1)])
    return [(round(x * step_m), round(y * step_m)) for x, y in grid[kept].tolist()]
