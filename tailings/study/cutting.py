"""Panels cut by surfaces: the share of each that lies between top and bottom, and the volume with its spread."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.estimate import gridded
from tailings.estimate.outcomes import Z10, Spread
from tailings.laboratory import places
from tailings.series import Mask, Values
from tailings.study.inputs import BadStudy, Box
from tailings.study.results import BetweenSurfaces, Survey
from tailings.study.stated_surfaces import StatedSurface, Surfaces

MOST_COLUMNS: Final = 1_000_000
FEWEST, MOST_PARTS = 6, 60
"""Columns along a side of a panel, by which volumes are summed."""
DEVIATIONS: Final = 3.0
"""Of a survey, beyond which two heights differ."""
MOST_CROSSED: Final = 0.01
"""Of the plan of the box where the top may lie below the bottom, as two surveys do at the edge. Our own rule."""
MOST_BEYOND: Final = 0.05
"""Of what lies between the surfaces, that may be above or below the box. Our own rule."""


class Cut(Struct, frozen=True):
    """What surfaces leave of a box: share of each panel (nx, ny, nz), the volume, and columns in plan (x,), (y,) with
    the heights of both surfaces (x, y) [m].

    halves: share of each of the eight cells of a panel, which is halved each way (2 nx, 2 ny, 2 nz); beyond: of what
    lies between them, the share above or below the box; crossed_m2: where the top is below the bottom.
    """

    share: Values
    halves: Values
    volume: Spread
    x: Values
    y: Values
    top: Values
    bottom: Values
    beyond: float
    crossed_m2: float

    def between(self, at: Values) -> tuple[Values, Values]:
        """Heights of bottom and top at places in plan (n, 2), by the nearest column [m]."""
        rows, columns = (
            np.clip(np.round((one - axis[0]) / (axis[1] - axis[0])).astype(np.int64), 0, len(axis) - 1)
            for one, axis in zip(at.T, (self.x, self.y), strict=True)
        )
        return self.bottom[rows, columns], self.top[rows, columns]

    def holds(self, at: Values) -> Mask:
        """Whether there are tailings at places in plan (n, 2)."""
        bottom, top = self.between(at)
        return np.asarray(top > bottom)


def cut(box: Box, surfaces: Surfaces) -> Cut:
    """Cut a box; raises BadStudy where the surfaces do not cover it, cross, or leave much above or below it."""
    x, y = _columns(box, surfaces)
    top, bottom = (_heights(one, x, y, surfaces, box) for one in (surfaces.top, surfaces.bottom))
    crossed = _crossed(top, bottom, x, y, surfaces=surfaces)
    thick, plan_m2 = np.maximum(top - bottom, 0.0), _plan_m2(box)
    edges = np.linspace(*box.elevation_m, 2 * box.counts[2] + 1)
    shape = (2 * box.counts[0], len(x) // (2 * box.counts[0]), 2 * box.counts[1], len(y) // (2 * box.counts[1]))
    halves = np.zeros([2 * one for one in box.counts])
    for layer, (low, high) in enumerate(pairwise(edges)):
        part = np.clip(np.minimum(top, high) - np.maximum(bottom, low), 0.0, None)
        halves[:, :, layer] = part.reshape(shape).mean(axis=(1, 3)) / (high - low)
    share = halved(halves, (2, 2, 2))
    volume, whole = float(share.mean() * (edges[-1] - edges[0])) * plan_m2, float(thick.mean()) * plan_m2
    beyond = 1.0 - volume / whole if whole else 1.0
    if beyond > MOST_BEYOND:
        raise BadStudy(
            f"surfaces: {100 * beyond:.0f} % of what lies between them is above or below the box ({edges[0]:g} to "
            f"{edges[-1]:g} m); they reach from {np.min(bottom):.1f} to {np.max(top):.1f} m: set elevation_m to that, "
            "or correct their datum"
        )
    half = Z10 * _deviation(surfaces, float((thick > 0).mean()) * plan_m2)
    spread = Spread(max(0.0, volume - half), volume, volume + half)
    outside = max(0.0, beyond)
    return Cut(share, halves, spread, x, y, top=top, bottom=bottom, beyond=outside, crossed_m2=crossed * plan_m2)


def halved(values: Values, by: tuple[int, int, int]) -> Values:
    """Means of so many cells along each axis."""
    split = [size for count, parts in zip(values.shape, by, strict=True) for size in (count // parts, parts)]
    return np.asarray(values.reshape(split).mean(axis=(1, 3, 5)))


def described(surfaces: Surfaces | None, found: Cut | None) -> BetweenSurfaces | None:
    """What is said of it in the result."""
    if surfaces is None or found is None:
        return None
    top, bottom = (
        Survey(one.file, one.sha256, one.height_sd_m, one.datum_sd_m, one.author, dated=one.dated, source=one.source)
        for one in (surfaces.top, surfaces.bottom)
    )
    return BetweenSurfaces(top, bottom, 1.0 - float(found.share.mean()), found.beyond, found.crossed_m2)


def heights(one: StatedSurface, chainage: Values, offset: Values, surfaces: Surfaces) -> Values:
    """Heights of a surface at places of the frame [m]; NaN where it has none."""
    if surfaces.on_map is not None:
        chainage, offset = places.on_map(chainage, offset, surfaces.on_map)
    return gridded.heights(one.surface, chainage, offset)


def apart_m(*surveys: StatedSurface) -> float:
    """How far heights of surveys may differ by their errors [m]."""
    return DEVIATIONS * math.hypot(*(math.hypot(one.height_sd_m, one.datum_sd_m) for one in surveys))


def _plan_m2(box: Box) -> float:
    return (box.chainage_m[1] - box.chainage_m[0]) * (box.offset_m[1] - box.offset_m[0])


def _columns(box: Box, surfaces: Surfaces) -> tuple[Values, Values]:
    """Middles of columns in plan: an even number to a panel, two or more to a cell of either grid if that can be."""
    cell = min(one.surface.cell_m for one in (surfaces.top, surfaces.bottom))
    most = max(FEWEST, min(MOST_PARTS, int(math.sqrt(MOST_COLUMNS / (box.counts[0] * box.counts[1])))))
    found = []
    for (low, high), count in zip((box.chainage_m, box.offset_m), box.counts[:2], strict=True):
        parts = min(most, max(FEWEST, math.ceil(2 * (high - low) / (count * cell))))
        parts += parts % 2
        found.append(low + (np.arange(count * parts) + 0.5) * (high - low) / (count * parts))
    return found[0], found[1]


def _heights(one: StatedSurface, x: Values, y: Values, surfaces: Surfaces, box: Box) -> Values:
    found = heights(one, *np.meshgrid(x, y, indexing="ij"), surfaces)
    missing = np.isnan(found)
    if not missing.any():
        return found
    row, column = np.argwhere(missing)[0]
    share = float(missing.mean())
    raise BadStudy(
        f"surfaces: {one.file} has no height over {share * _plan_m2(box):.0f} m2 ({100 * share:.1f} %) of the box, "
        f"such as at chainage {x[row]:.1f}, offset {y[column]:.1f} m: it is smaller than the box, or has no data "
        "there; survey the rest, fill it, or make the box smaller"
    )


def _crossed(top: Values, bottom: Values, x: Values, y: Values, *, surfaces: Surfaces) -> float:
    """Share of the plan where the top lies below the bottom; raises BadStudy where that is no error of the surveys."""
    below = bottom - top
    share = float((below > apart_m(surfaces.top, surfaces.bottom)).mean())
    if share > MOST_CROSSED:
        row, column = np.unravel_index(int(np.argmax(below)), below.shape)
        area = share * (x[1] - x[0]) * len(x) * (y[1] - y[0]) * len(y)
        raise BadStudy(
            f"surfaces: {surfaces.top.file} lies below {surfaces.bottom.file} over {area:.0f} m2 ({100 * share:.0f} % "
            f"of the box), most at chainage {x[row]:.1f}, offset {y[column]:.1f} m, by {below[row, column]:.1f} m; "
            "give the survey of now as top and the ground before the first tailings as bottom, in one datum"
        )
    return float((below > 0).mean())


def _deviation(surfaces: Surfaces, area_m2: float) -> float:
    """Of the volume: datums are shared by all heights, single heights are independent from node to node."""
    terms = []
    for one in (surfaces.top, surfaces.bottom):
        terms += [area_m2 * one.datum_sd_m, math.sqrt(area_m2) * one.surface.cell_m * one.height_sd_m]
    return math.hypot(*terms)
