"""A watched dam for the tests of the safety page: the test facility with its plans, and rows that a test chooses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np

from api.observations.trends import Means
from dashboard.reads import Shown
from dashboard.rows import DatastreamRow
from dashboard.safety import limits, standing
from dashboard.safety.watched import Watched
from tailings import Facility, Series, parse, tarp
from tailings.assess.assessment import Inputs, PlanInput, Record, assess
from tailings.assess.model import Assessment, ModeState
from tailings.levels import LEVELS
from tests.dashboard.examples import NOW, datastream, facility
from tests.dashboard.safety.plans import PLANS
from tests.tailings.facilities import VALE

APPROVED = ("pore-pressure", "overtopping", "mild")
HOUR_MS = 3_600_000
NOW_MS = round(NOW.timestamp() * 1000)


@cache
def planned() -> Facility:
    """The test facility with its plans; without its minimum freeboard, which nothing there watches."""
    return parse(VALE.read_text().replace("minimum_freeboard_m = 1.5\n", "", 1) + PLANS)


def level(name: str, value: float | None, age_s: float | None = 12, quality: int = 1) -> DatastreamRow:
    """A piezometer's level ('n04')."""
    return datastream(f"{name}:vw1.level", "water-level", value, age_s, quality)


def pond(value: float | None = 339.25, age_s: float = 12) -> DatastreamRow:
    """The pond's level."""
    return datastream("n01:pond.level", "pond-level", value, age_s)


def rising(end: float, per_d: float, days: int = 7) -> Means:
    """Hourly means that rise in a straight line and end now at `end`."""
    start_ms = NOW_MS - (np.arange(days * 24)[::-1] + 1) * HOUR_MS
    middle_d = (start_ms + HOUR_MS / 2 - NOW_MS) / 86_400_000
    return Means(start_ms, end + per_d * middle_d, np.full(days * 24, 60.0))


def judged(rows: list[DatastreamRow], levels: Mapping[str, str], file: Facility) -> Assessment:
    """The assessment of these rows, each read three times a minute apart; `levels`: the plans in force with the level
    of record that each stands at (since five hours)."""
    readings = {row.name: _readings(row) for row in rows if row.time is not None}
    known = []
    for plan in file.tarp.values():
        own = {name: readings[name] for name in plan.datastreams() if name in readings}
        standing, _ = tarp.advance(plan, tarp.Memory(), own, file, NOW_MS)
        rank = LEVELS.index(levels.get(plan.id, "green"))  # type: ignore[arg-type]
        record = Record(rank, NOW - timedelta(hours=5, minutes=12)) if rank else Record()
        state: ModeState = "in-force" if plan.id in levels else "simulated"
        known.append(PlanInput(plan, state, standing, record))
    return assess(Inputs(file, tuple(known)), NOW)


def _readings(row: DatastreamRow) -> Series:
    assert row.time is not None
    newest_ms = round(row.time.timestamp() * 1000)
    values = [np.nan if row.value is None else row.value] * 3
    return Series.of([newest_ms - 120_000, newest_ms - 60_000, newest_ms], values, [row.quality or 9] * 3)


def watched(
    rows: list[DatastreamRow], levels: Mapping[str, str] | None = None, has_file: bool = True, **more: Any
) -> Watched:
    """A dam with these rows; `levels`: as in `judged`, without it both approved plans are in force and green."""
    file = planned()
    in_force = dict.fromkeys(APPROVED, "green") if levels is None else levels
    dam = replace(facility(rows, []), assessment=judged(rows, in_force if has_file else {}, file))
    standings = tuple(standing.of_assessment(dam.assessment, (), file))
    told = tuple(limits.of_assessment(dam.assessment))
    return Watched(Shown(NOW, 1, (dam,)), file if has_file else None, told, standings, **more)
