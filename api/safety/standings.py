"""At which level each plan that counts stands: as the assessment says, with the alarm of record beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from api.alarms import queries as alarms
from api.alarms.models import Alarm
from api.http.cursors import MAX_POSITION
from api.http.database import DatabasePool
from api.safety import margins, situation
from api.safety.history import History
from api.safety.models import PlanAction, PlanAlarm, PlanStanding
from tailings.assess import forecast, limits
from tailings.assess.limits import Limits
from tailings.assess.model import Assessment, FailureMode
from tailings.facility import Facility, Level, Plan
from tailings.levels import LEVELS

MAX_ALARMS: Final = 100
"""That are asked for at once."""
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
        return self.mode.since or (self.alarm.began_at if self.alarm else None)

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
    record = [one for which in OPEN for one in await _open(database, which, facility)]
    return of_assessment(assessment, record, file)


async def _open(database: DatabasePool, which: alarms.Which, facility: str) -> list[Alarm]:
    """All of them: a plan has up to three, and none may be told of without its own."""
    found: list[Alarm] = []
    page = await alarms.listed(database, which, MAX_POSITION, MAX_ALARMS, facility, family="dam", seen=None)
    while page:
        found += page
        page = await alarms.listed(database, which, page[-1].id, MAX_ALARMS, facility, family="dam", seen=None)
    return found


def of_assessment(assessment: Assessment, open_alarms: Iterable[Alarm], file: Facility) -> list[Standing]:
    """Return where each plan that counts stands, the worst first; open_alarms: those of the dam that are open."""
    record = {one.rule: one for one in open_alarms if one.type == "level" and not one.is_simulated and one.level > 0}
    found = [
        Standing(file.tarp[mode.plan], mode, record.get(mode.plan))
        for mode in assessment.failure_modes
        if mode.counts and mode.plan in file.tarp
    ]
    return sorted(found, key=lambda one: -LEVELS.index(one.mode.level))


class Raiser(NamedTuple):
    """A datastream that is past a level of a plan, the levels that this plan sets on it alone, and its value."""

    datastream: str
    limits: Limits
    value: float


def shown(one: Standing, history: History) -> PlanStanding:
    """Set a standing as the api shows it; history: what its datastreams say now, and how they go on."""
    level = one.stands_at if one.is_raised else None
    actions = level.actions if level else ()
    by = _raised_by(one.plan, history)
    past = by.limits.reached(by.value) if by else None
    following = by.limits.next(by.value) if by else None
    met = forecast.next_level(history.rates.get(by.datastream), by.limits, by.value) if by else None
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
        raised_by=by.datastream if by else None,
        past=margins.level(past) if past else None,
        next=margins.level(following) if following else None,
        forecast=situation.meeting(met[1]) if met else None,
    )


def _alarm(one: Alarm) -> PlanAlarm:
    return PlanAlarm(id=one.id, title=one.title, acknowledged_at=one.acknowledged_at)


def _action(what: str, who: str, within_h: float | None, noted: datetime | None) -> PlanAction:
    due = None if within_h is None or noted is None else noted + timedelta(hours=within_h)
    return PlanAction(what=what, who=who, within_h=within_h, due=due)


def _raised_by(plan: Plan, history: History) -> Raiser | None:
    """Find what is furthest past a level that the plan itself sets; None when nothing is past one now."""
    found = []
    for margin in (one for name in plan.datastreams() for one in limits.of_value(history.assessment, name)):
        own = None if margin.is_lost else limits.of_plan(margin, plan.id)
        value = limits.middle(margin)
        if own is not None and value is not None and own.reached(value):
            found.append(Raiser(margin.datastream, own, value))
    return max(found, key=lambda one: one.limits.share(one.value), default=None)
