"""Where the water stands in a section: the shore of the pond, and the line through the levels of the piezometers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tailings.facility import Outline, height_m

Point = tuple[float, float]
"""Offset from the crest, downstream positive, and elevation, m."""


def shore(outline: Outline, level_m: float) -> Point | None:
    """Return the point at which a pond of this level meets the ground on the pond's side; None below it all."""
    for (x0, y0), (x1, y1) in pairwise(outline.ground):
        if y0 <= level_m < y1:
            return x0 + (level_m - y0) / (y1 - y0) * (x1 - x0), level_m
    return None


def waterline(
    outline: Outline, pond_m: float | None, heads: Sequence[tuple[float, float | None, bool]]
) -> list[tuple[float, float, bool]]:
    """Return the points of the piezometric line (offset, level, is stale), from the shore of the pond downstream.

    heads: offset, level (None: not known) and whether it is stale, of each tip. Of two tips in one hole the one that
    comes first (the upper) makes the line; a tip without a level is passed over.
    """
    edge = shore(outline, pond_m) if pond_m is not None else None
    points = [(edge[0], edge[1], False)] if edge else []
    for offset_m, level_m, is_stale in heads:
        if level_m is not None and (not points or offset_m > points[-1][0]):
            points.append((offset_m, level_m, is_stale))
    return points


def wet(outline: Outline, line: Sequence[Point]) -> list[Point]:
    """Outline what lies under a line, from the pond to its last point, down to the foundation."""
    first, last = outline.ground[0][0], line[-1][0]
    pond = [point for point in outline.ground if point[0] < line[0][0]]
    base = [point for point in outline.foundation if first < point[0] < last]
    ends = [(last, height_m(outline.foundation, last)), *reversed(base), (first, height_m(outline.foundation, first))]
    return [*pond, *line, *ends]
