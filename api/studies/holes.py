"""The holes of a study along sections and their own axis with the water line, those to drill, and other next steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np

from api.studies.models import Advice, Along, Driver, HoleLine, NextHole, NextStep
from tailings.facility import SurveyedSection
from tailings.study import Allowed, StudyResult, WaterLevel, advice, lines
from tailings.study.allowed import BenchState, water_line
from tailings.study.results import Ranked

STEPS: Final = 8
"""Places of the water line from one hole to the next."""


def along(result: StudyResult, sections: Iterable[SurveyedSection], water: Sequence[WaterLevel]) -> list[HoleLine]:
    """Return the holes along each section that two or more are near, and along their axis."""
    return [_line(one, water) for one in lines.rows(sections, result.strips, result.spacing_m)]


def _line(row: lines.HoleLine, water: Sequence[WaterLevel]) -> HoleLine:
    line = row.line
    levels = _water(row, water)
    return HoleLine(
        id=line.id,
        name=line.name,
        is_section=line.is_section,
        reach_m=line.reach_m if math.isfinite(line.reach_m) else None,
        holes=[
            Along(hole=one.hole.hole, distance_m=one.distance_m, off_m=one.off_m, water_m=level)
            for one, level in zip(row.holes, levels, strict=True)
        ],
        others=list(row.others),
    )


def _water(row: lines.HoleLine, water: Sequence[WaterLevel]) -> list[list[float]]:
    """The water line on the way to each hole: at the first, then in STEPS to each next one."""
    ways = [
        one.distance_m + np.linspace(0, 1, STEPS + 1)[1:] * (other.distance_m - one.distance_m)
        for one, other in pairwise(row.holes)
    ]
    places = [np.array([row.holes[0].distance_m]), *ways]
    level = water_line(water, *row.line.at(np.concatenate(places)))
    if level is None:
        return [[] for _ in row.holes]
    return [part.tolist() for part in np.split(level, np.cumsum([len(one) for one in places])[:-1])]


def next_ones(result: StudyResult, can: Allowed) -> list[NextHole]:
    """Return the holes that could be drilled, in the order of the study, with the closed bench that each stands on."""
    return [_next(one, _benches_at(one.offset_m, result, can)) for one in result.next_holes]


def advised(found: advice.Advice, can: Sequence[NextHole]) -> Advice:
    """Return what to find out next, with the holes that cannot be drilled now marked."""
    shut = {one.name for one in can if one.closed_by or not one.is_guarded}
    steps = [
        NextStep(
            **msgspec.structs.asdict(one),
            per_cost=one.per_cost,
            is_open=one.kind != "hole" or one.name not in shut,
        )
        for one in found.steps
    ]
    paying = (one.name for one in steps if one.is_open and one.brings > one.cost)
    return Advice(
        expected=found.expected,
        perfect=found.perfect,
        is_discounted=found.is_discounted,
        drivers=[Driver(**msgspec.structs.asdict(one)) for one in found.drivers],
        steps=steps,
        best=next(paying, None),
    )


def _next(hole: Ranked, benches: Sequence[BenchState]) -> NextHole:
    return NextHole(
        name=hole.name,
        cost=hole.cost,
        removed=hole.removed,
        removed_per_1000=1000 * hole.removed / hole.cost,
        is_guarded=bool(benches) and all(one.is_guarded for one in benches),
        closed_by=next((one.name for one in benches if one.is_closed), None),
    )


def _benches_at(offset_m: float, result: StudyResult, can: Allowed) -> list[BenchState]:
    """Return the benches below a place."""
    here = {one.name for one in result.benches if one.offset_m[0] <= offset_m < one.offset_m[1]}
    return [one for one in can.benches if one.name in here]
