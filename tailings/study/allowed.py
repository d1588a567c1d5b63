"""What the dam allows today: benches closed by trigger levels, tonnes below the water line, what can be reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.levels import LEVELS, LevelWord
from tailings.series import Mask, Values
from tailings.study.inputs import Bench
from tailings.study.results import StudyResult

TINY_M: Final = 0.01
"""Middles of panels are rounded: an edge that is so near to the side of one is the side."""


class PanelParts(NamedTuple):
    """Panels, cut where borders of benches run: the panel of each part, its middle in plan, bottom and top [m], and its
    share of the tonnes."""

    panel: NDArray[np.intp]
    chainage_m: Values
    offset_m: Values
    bottom_m: Values
    top_m: Values
    share: Values


class WaterLevel(Struct, frozen=True):
    """A water level now [m above the datum]; None when it is stale or was never measured."""

    datastream: str
    chainage_m: float
    offset_m: float
    level_m: float | None


class BenchState(Struct, frozen=True):
    """One bench: its share of the tonnes, whether it is closed, and by which plan; one without level closes it too.

    `plan` is None for an open bench; `level` is that of the plan, None where it has none. is_guarded: it has a plan.
    """

    name: str
    share: float
    is_guarded: bool
    is_closed: bool
    plan: str | None
    level: LevelWord | None


class Unlevelled(Struct, frozen=True):
    """A datastream without a fresh level, and the share of the tonnes that is nearer to it than to any other."""

    datastream: str
    share: float


class Allowed(Struct, frozen=True):
    """Shares of the tonnes, 0 to 1. `flooded` is None without a fresh water level.

    grades: mean grade of each element in what is reachable over that of all; 1 where it is not known by panel.
    reachable: in benches that have a plan, none of which closes them; unguarded: outside every bench, or in a bench
    without a plan. dry_and_reachable: reachable, above the water line, and nearest to a level that is fresh.
    """

    reachable: float
    unguarded: float
    flooded: float | None
    dry_and_reachable: float | None
    benches: tuple[BenchState, ...]
    unlevelled: tuple[Unlevelled, ...]
    grades: dict[str, float] = {}


def allowed(result: StudyResult, levels: Mapping[str, LevelWord | None], water: Sequence[WaterLevel]) -> Allowed:
    """Say what can be dug today.

    levels: level of each plan ("green" ... "red"); a plan that is missing or None has no level, and its benches are
    closed, because what is not known is not safe. For the same reason tonnes that no plan guards are not reachable, and
    those whose nearest water level is stale are not dry, wherever the line through the others runs.
    """
    parts = _parts(result)
    weight = parts.share
    closed, guarded = np.zeros((2, len(weight)), dtype=np.bool_)
    states = []
    for bench in result.benches:
        inside = _inside(bench, parts)
        state = _state(bench, float(inside @ weight), levels)
        closed |= inside & state.is_closed
        guarded |= inside & state.is_guarded
        states.append(state)
    reachable = guarded & ~closed
    wet, nearest = _below(parts, water), _nearest(parts, water)
    unknown = [number for number, one in enumerate(water) if one.level_m is None]
    dark = np.isin(nearest, unknown)
    return Allowed(
        reachable=min(1.0, float(reachable @ weight)),
        unguarded=float(~guarded @ weight),
        flooded=None if wet is None else float(wet @ weight),
        dry_and_reachable=None if wet is None else float(((1.0 - wet) * (reachable & ~dark)) @ weight),
        benches=tuple(states),
        unlevelled=tuple(
            Unlevelled(water[number].datastream, float((nearest == number) @ weight)) for number in unknown
        ),
        grades=_grades(result, parts, reachable),
    )


def _parts(result: StudyResult) -> PanelParts:
    """Cut the panels; those of a study that does not say how large they are stay whole, and have their middle alone."""
    of, share = result.panels, np.array(result.panels.shares)
    chainage, offset, elevation = (np.array(one) for one in (of.chainage_m, of.offset_m, of.elevation_m))
    if not of.sides_m:
        return PanelParts(np.arange(len(share)), chainage, offset, elevation, top_m=elevation, share=share)
    wide, high = of.sides_m[1:]
    across, up = (
        {edge for one in result.benches for edge in getattr(one, axis)} for axis in ("offset_m", "elevation_m")
    )
    rows = [
        (number, *plan, *layer)
        for number, (y, z) in enumerate(zip(of.offset_m, of.elevation_m, strict=True))
        for plan in _cut(y, wide, across)
        for layer in _cut(z, high, up)
    ]
    place, near, far, bottom, top = np.array(rows).T
    panel = place.astype(np.intp)
    part = (far - near) * (top - bottom) / (wide * high)
    whole = share[panel] * part
    return PanelParts(panel, chainage[panel], (near + far) / 2, bottom, top_m=top, share=whole / whole.sum())


def _cut(middle: float, side: float, edges: Collection[float]) -> Iterator[tuple[float, float]]:
    """The pieces of a side, cut at the edges that lie within it."""
    low, high = middle - side / 2, middle + side / 2
    return pairwise([low, *sorted(edge for edge in edges if low + TINY_M < edge < high - TINY_M), high])


def _grades(result: StudyResult, parts: PanelParts, reachable: Mask) -> dict[str, float]:
    """The mean of what is reachable over the mean of all, by their tonnes, each part with the grade of its panel."""
    weight = parts.share
    found = {one.element: 1.0 for one in result.case.commodities}
    for element, grades in result.grades_by_panel.items():
        all_of_it = np.array(grades)[parts.panel]
        if reachable.any() and (mean := all_of_it @ weight) > 0:
            found[element] = float(all_of_it[reachable] @ weight[reachable] / weight[reachable].sum() / mean)
    return found


def flooded(result: StudyResult, water: Sequence[WaterLevel]) -> Values | None:
    """The share of each panel of the study that is below a water line; None without a level."""
    parts = _parts(result)
    wet = _below(parts, water)
    return None if wet is None else np.bincount(parts.panel, wet * parts.share) / np.array(result.panels.shares)


def _below(parts: PanelParts, water: Sequence[WaterLevel]) -> Values | None:
    """The share of each part that is below the line at its middle in plan; all or nothing of one without a height."""
    line = water_line(water, parts.chainage_m, parts.offset_m)
    if line is None:
        return None
    high = parts.top_m - parts.bottom_m
    part = np.clip((line - parts.bottom_m) / np.where(high > 0, high, 1.0), 0.0, 1.0)
    return np.where(high > 0, part, parts.bottom_m < line)


def water_line(water: Sequence[WaterLevel], chainage_m: Values, offset_m: Values) -> Values | None:
    """Water level at each place [m], by inverse distance squared from the fresh levels; None without one."""
    fresh = [one for one in water if one.level_m is not None]
    if not fresh:
        return None
    at = np.array([[one.chainage_m, one.offset_m] for one in fresh])
    level = np.array([one.level_m for one in fresh], dtype=np.float64)
    square = (chainage_m[:, None] - at[:, 0]) ** 2 + (offset_m[:, None] - at[:, 1]) ** 2
    weight = 1.0 / np.maximum(square, 1.0)
    return np.asarray((weight * level).sum(axis=1) / weight.sum(axis=1), dtype=np.float64)


def _nearest(parts: PanelParts, water: Sequence[WaterLevel]) -> NDArray[np.intp]:
    """Number of the level that is nearest to each part in plan; -1 where there is none."""
    if not water:
        return np.full(len(parts.panel), -1)
    at = np.array([[one.chainage_m, one.offset_m] for one in water])
    plan = np.stack([parts.chainage_m, parts.offset_m], 1)
    return np.asarray(np.linalg.norm(plan[:, None] - at, axis=2).argmin(axis=1))


def _inside(bench: Bench, parts: PanelParts) -> Mask:
    (near, far), (low, high), offset = bench.offset_m, bench.elevation_m, parts.offset_m
    elevation = (parts.bottom_m + parts.top_m) / 2
    return np.asarray((offset >= near) & (offset < far) & (elevation >= low) & (elevation < high))


def _state(bench: Bench, share: float, levels: Mapping[str, LevelWord | None]) -> BenchState:
    for plan in bench.plans:
        level = levels.get(plan)
        if level is None:
            return BenchState(bench.name, share, True, True, plan, level=None)
        if LEVELS.index(level) >= LEVELS.index(bench.closes_at):
            return BenchState(bench.name, share, True, True, plan, level=level)
    return BenchState(bench.name, share, bool(bench.plans), False, None, level=None)
