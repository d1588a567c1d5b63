"""A watched dam for the tests of the safety page: the test facility with its plans, and rows that a test chooses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np

from api.dashboard.reads import Shown
from api.dashboard.rows import DatastreamRow
from api.dashboard.safety import limits
from api.dashboard.safety.standing import Standing
from api.dashboard.safety.watched import Watched
from api.queries.trends import Means
from tailings import Facility, parse
from tests.dashboard.examples import NOW, datastream, facility
from tests.dashboard.safety.plans import PLANS
from tests.tailings.facilities import VALE

HOUR_MS = 3_600_000
NOW_MS = round(NOW.timestamp() * 1000)


@cache
def planned() -> Facility:
    """The test facility with its plans."""
    return parse(VALE.read_text() + PLANS)


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


def watched(
    rows: list[DatastreamRow], levels: Mapping[str, str] | None = None, has_file: bool = True, **more: Any
) -> Watched:
    """A dam with these rows; `levels` are the plans in force with the level each stands at (since five hours)."""
    file, dam = planned(), facility(rows, [])
    standings = tuple(
        Standing(file.tarp[plan], state, None if state == "green" else NOW - timedelta(hours=5, minutes=12))
        for plan, state in (levels or {}).items()
    )
    told = tuple(limits.of_facility(file, NOW.date())) if has_file else ()
    return Watched(Shown(NOW, 1, (replace(dam),)), file if has_file else None, told, standings, **more)
