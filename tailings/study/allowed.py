"""What the dam allows today: benches closed by trigger levels, tonnes below the water line, what can be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.levels import LEVELS, LevelWord
from tailings.series import Mask, Values
from tailings.study.inputs import Bench
from tailings.study.results import StudyResult


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
    offset, elevation = np.array(result.panels.offset_m), np.array(result.panels.elevation_m)
    weight = np.array(result.panels.shares)
    closed, guarded = np.zeros((2, len(offset)), dtype=np.bool_)
    states = []
    for bench in result.benches:
        inside = _inside(bench, offset, elevation)
        state = _state(bench, float(inside @ weight), levels)
        closed |= inside & state.is_closed
        guarded |= inside & state.is_guarded
        states.append(state)
    reachable = guarded & ~closed
    wet, nearest = flooded(result, water), _nearest(result, water)
    unknown = [number for number, one in enumerate(water) if one.level_m is None]
    dark = np.isin(nearest, unknown)
    return Allowed(
        reachable=float(reachable @ weight),
        unguarded=float(~guarded @ weight),
        flooded=None if wet is None else float(wet @ weight),
        dry_and_reachable=None if wet is None else float((~wet & reachable & ~dark) @ weight),
        benches=tuple(states),
        unlevelled=tuple(
            Unlevelled(water[number].datastream, float((nearest == number) @ weight)) for number in unknown
        ),
        grades=_grades(result, reachable),
    )


def _grades(result: StudyResult, reachable: Mask) -> dict[str, float]:
    """The mean of the panels that are reachable over the mean of all, by their tonnes."""
    weight = np.array(result.panels.shares)
    found = {one.element: 1.0 for one in result.case.commodities}
    for element, grades in result.grades_by_panel.items():
        all_of_it = np.array(grades)
        if reachable.any() and (mean := all_of_it @ weight) > 0:
            found[element] = float(all_of_it[reachable] @ weight[reachable] / weight[reachable].sum() / mean)
    return found


def flooded(result: StudyResult, water: Sequence[WaterLevel]) -> Mask | None:
    """Which panels of the study have their middle below a water line; None without a level."""
    line = water_line(water, np.array(result.panels.chainage_m), np.array(result.panels.offset_m))
    return None if line is None else np.asarray(np.array(result.panels.elevation_m) < line)


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


def _nearest(result: StudyResult, water: Sequence[WaterLevel]) -> NDArray[np.intp]:
    """Number of the level that is nearest to each panel in plan; -1 where there is none."""
    if not water:
        return np.full(len(result.panels.offset_m), -1)
    at = np.array([[one.chainage_m, one.offset_m] for one in water])
    panels = np.stack([result.panels.chainage_m, result.panels.offset_m], 1)
    return np.asarray(np.linalg.norm(panels[:, None] - at, axis=2).argmin(axis=1))


def _inside(bench: Bench, offset: Values, elevation: Values) -> Mask:
    (near, far), (low, high) = bench.offset_m, bench.elevation_m
    return np.asarray((offset >= near) & (offset < far) & (elevation >= low) & (elevation < high))


def _state(bench: Bench, share: float, levels: Mapping[str, LevelWord | None]) -> BenchState:
    for plan in bench.plans:
        level = levels.get(plan)
        if level is None:
            return BenchState(bench.name, share, True, True, plan, level=None)
        if LEVELS.index(level) >= LEVELS.index(bench.closes_at):
            return BenchState(bench.name, share, True, True, plan, level=level)
    return BenchState(bench.name, share, bool(bench.plans), False, None, level=None)
