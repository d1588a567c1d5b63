"""At which level each plan that counts stands: as the assessment says, with the alarm of record beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from api.alarms import queries as alarms
from api.alarms.models import Alarm
from api.http.cursors import MAX_POSITION
from api.http.database import DatabasePool
from api.safety.models import PlanAction, PlanAlarm, PlanStanding
from tailings.assess.limits import Limits
from tailings.assess.model import Assessment, FailureMode
from tailings.facility import Facility, Level, Plan
from tailings.levels import LEVELS

MAX_ALARMS: Final = 20
OPEN: Final[tuple[alarms.Which, ...]] = ("now", "shelved")


@dataclass(frozen=True)
class Standing:
    """A plan, what the assessment says of it, and its alarm of record, which stands until a person lowers it."""

    plan: Plan
    mode: FailureMode
    alarm: Alarm | None = None

    @property
    def level(self) -> str:
        return self.mode.level

    @property
    def since(self) -> datetime | None:
        """Since when it stands there by the record; None for green, and until the record is written."""
        return self.alarm.began_at if self.alarm else self.mode.since

    @property
    def noted(self) -> datetime | None:
        """From when on its actions run: when the centre knew, which may be long after the values."""
        return self.alarm.noted_at if self.alarm else self.since

    @property
    def is_raised(self) -> bool:
        return self.mode.level != LEVELS[0]

    @property
    def stands_at(self) -> Level | None:
        """The level of the plan at which it stands; None where it is green."""
        return next((level for level in self.plan.levels if level.level == self.level), None)


async def of_facility(
    database: DatabasePool, facility: str, assessment: Assessment, file: Facility | None
) -> list[Standing]:
    """Return where the plans that count stand, with their alarms of record, also those that are held."""
    if file is None:
        return []
    record = [
        one
        for which in OPEN
        for one in await alarms.listed(database, which, MAX_POSITION, MAX_ALARMS, facility, family="dam", seen=None)
    ]
    return of_assessment(assessment, record, file)


def of_assessment(assessment: Assessment, open_alarms: Iterable[Alarm], file: Facility) -> list[Standing]:
    """Return where each plan that counts stands, the worst first; open_alarms: those of the dam that are open."""
    record = {one.rule: one for one in open_alarms if one.type == "level" and not one.is_simulated and one.level > 0}
    found = [
        Standing(file.tarp[mode.plan], mode, record.get(mode.plan))
        for mode in assessment.failure_modes
        if mode.counts and mode.plan in file.tarp
    ]
    return sorted(found, key=lambda one: -LEVELS.index(one.mode.level))


def shown(one: Standing, values: dict[str, tuple[Limits, float]]) -> PlanStanding:
    """Set a standing as the api shows it; values: of datastreams with levels of their own, what they say now."""
    level = one.stands_at if one.is_raised else None
    actions = level.actions if level else ()
    return PlanStanding(
        plan=one.plan.id,
        failure_mode=one.plan.failure_mode,
        level=one.mode.level,
        sight=one.mode.sight,
        since=one.since,
        noted_at=one.noted,
        approved_by=one.plan.approved_by,
        approved_on=one.plan.approved_on,
        alarm=_alarm(one.alarm) if one.alarm else None,
        actions=[_action(action.what, action.who, action.within_h, one.noted) for action in actions],
        raised_by=_raised_by(one.plan, values),
    )


def _alarm(one: Alarm) -> PlanAlarm:
    return PlanAlarm(id=one.id, title=one.title, acknowledged_at=one.acknowledged_at)


def _action(what: str, who: str, within_h: float | None, noted: datetime | None) -> PlanAction:
    due = None if within_h is None or noted is None else noted + timedelta(hours=within_h)
    return PlanAction(what=what, who=who, within_h=within_h, due=due)


def _raised_by(plan: Plan, values: dict[str, tuple[Limits, float]]) -> str | None:
    """The datastream of a plan that is furthest past a level; None when none is past one now."""
    found = []
    for name in plan.datastreams():
        known = values.get(name)
        if known and known[0].reached(known[1]):
            found.append((known[0].share(known[1]), name))
    return max(found, key=lambda one: one[0])[1] if found else None
