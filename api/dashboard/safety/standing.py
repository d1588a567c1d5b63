"""At which level each approved plan stands, by the same function that the gateway and the centre use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np

from api.dashboard import states
from api.shapes.alarm import Alarm
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS
from tailings.series import Series

AT_ONCE_MS = 3_600_000
"""A level reached within the first hour that was looked at has stood for longer: its plan asks for some readings."""


@dataclass(frozen=True)
class Standing:
    """A plan, its level, since when it stands there, and whether that is only the beginning of what was looked at.

    since: None for green. alarm: the alarm of record, which stands until a person lowers it.
    """

    plan: Plan
    level: str
    since: datetime | None = None
    is_older: bool = False
    alarm: Alarm | None = None

    @property
    def noted(self) -> datetime | None:
        """Return from when on its actions run: when the centre knew, which may be long after the values."""
        return self.alarm.noted_at if self.alarm else self.since

    @property
    def is_raised(self) -> bool:
        return self.level in states.RAISED


def of_plans(facility: Facility, series: Mapping[str, Series], today: date) -> list[Standing]:
    """Return where each plan that calls stands after the given series, the worst first."""
    plans = [plan for plan in facility.tarp.values() if tarp.calls(plan, today)]
    found = [_of_plan(plan, series, facility) for plan in plans]
    return sorted(found, key=lambda one: states.severity(one.level))


def _of_plan(plan: Plan, series: Mapping[str, Series], facility: Facility) -> Standing:
    line = tarp.timeline(plan, series, facility)
    if line.level.size == 0:
        return Standing(plan, states.UNKNOWN)
    level = int(line.level[-1])
    if level == 0:
        return Standing(plan, states.GREEN)
    lower = np.flatnonzero(line.level != level)
    first = int(lower[-1]) + 1 if lower.size else 0
    since = datetime.fromtimestamp(int(line.time_ms[first]) / 1000, UTC)
    is_older = int(line.time_ms[first] - line.time_ms[0]) < AT_ONCE_MS
    return Standing(plan, LEVELS[level], since, is_older)


def with_record(standings: Iterable[Standing], alarms: Iterable[Alarm], facility: Facility) -> list[Standing]:
    """Set the alarms of record beside what the values say: the higher stands, and the record says since when.

    A plan that was approved here and not in the file has its alarm all the same.
    """
    found = {one.plan.id: one for one in standings}
    for alarm in alarms:
        plan = facility.tarp.get(alarm.rule)
        if plan is None or alarm.type != "level" or alarm.is_simulated or alarm.level == 0:
            continue
        known = found.get(plan.id, Standing(plan, states.GREEN))
        level = max(LEVELS[alarm.level], known.level, key=lambda one: -states.severity(one))
        found[plan.id] = replace(known, level=level, since=alarm.began_at, is_older=False, alarm=alarm)
    return sorted(found.values(), key=lambda one: states.severity(one.level))
