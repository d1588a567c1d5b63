"""What the dam allows now: levels of its plans, water levels that can be trusted, and what follows for a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from api.http.database import DatabasePool
from api.observations import trends
from api.observations.queries import ONE_US
from api.overview.models import Overview
from api.safety.history import is_fresh, usable
from api.safety.standings import Standing
from api.studies import models
from api.studies.models import PlanLevel
from tailings import study
from tailings.levels import LEVELS, LevelWord
from tailings.study import StudyResult, WaterLevel

DAY: Final = timedelta(days=1)
YEAR: Final = timedelta(days=365)


def plan_levels(standings: Iterable[Standing], latched: Mapping[str, int]) -> list[PlanLevel]:
    """Return the level of each plan: as its readings are, or higher as an alarm stands until a person lowers it.

    A plan that cannot see says nothing of what may be dug. latched: rank of the level of each open alarm, by plan.
    """
    known = {one.plan.id: one for one in standings}
    seen = {plan: one.mode.level if one.is_raised or one.mode.sight != "blind" else None for plan, one in known.items()}
    levels = held(seen, latched)
    return [
        PlanLevel(
            plan=plan,
            level=level,
            since=known[plan].since if plan in known else None,
            alarm=_alarm(known.get(plan)),
        )
        for plan, level in levels.items()
    ]


def held(now_at: Mapping[str, LevelWord | None], latched: Mapping[str, int]) -> dict[str, LevelWord | None]:
    """Return the higher of the level that the readings give and the one at which an alarm stands, of each plan."""
    found = dict(now_at)
    for plan, level in latched.items():
        standing = found.get(plan)
        if level and (standing is None or LEVELS.index(standing) < level):
            found[plan] = LEVELS[level]
    return found


def _alarm(standing: Standing | None) -> int | None:
    return standing.alarm.id if standing and standing.alarm else None


def allowed(can: study.Allowed, tonnes: float) -> models.Allowed:
    """Set out what the dam allows; tonnes: all that there are."""
    dry = can.dry_and_reachable
    return models.Allowed(
        reachable=can.reachable,
        unguarded=can.unguarded,
        unguarded_t=can.unguarded * tonnes,
        flooded=can.flooded,
        dry_and_reachable=dry,
        dry_and_reachable_t=None if dry is None else dry * tonnes,
        benches=[
            models.BenchState(
                name=one.name,
                share=one.share,
                tonnes=one.share * tonnes,
                is_guarded=one.is_guarded,
                is_closed=one.is_closed,
                plan=one.plan,
                level=one.level,
            )
            for one in can.benches
        ],
        unlevelled=[
            models.Unlevelled(datastream=one.datastream, share=one.share, tonnes=one.share * tonnes)
            for one in can.unlevelled
        ],
        grades=can.grades,
    )


def water_now(overview: Overview, result: StudyResult) -> list[WaterLevel]:
    """Return the water levels now; a stale or rejected one has none."""
    return [
        WaterLevel(one.datastream, one.chainage_m, one.offset_m, trusted(overview, one.datastream))
        for one in result.piezometers
    ]


def trusted(overview: Overview, name: str) -> float | None:
    """Return the newest reading of a datastream of the one facility; None where it is stale or rejected."""
    (state,) = overview.facilities
    stream = next((one for one in state.datastreams if one.name == f"{state.facility.id}:{name}"), None)
    return usable(stream) if stream is not None and is_fresh(stream, overview.now) else None


async def water_then(
    database: DatabasePool, overview: Overview, result: StudyResult, then: datetime
) -> list[WaterLevel]:
    """Return the mean levels of the day that a time lies in; a day without a trusted reading has none."""
    (state,) = overview.facilities
    ids = {one.name.removeprefix(f"{state.facility.id}:"): one.id for one in state.datastreams}
    asked = [ids[one.datastream] for one in result.piezometers if one.datastream in ids]
    days = await trends.days(database, asked, then - DAY + ONE_US, then + ONE_US)
    found = []
    for one in result.piezometers:
        day = days.get(ids.get(one.datastream, -1))
        found.append(WaterLevel(one.datastream, one.chainage_m, one.offset_m, float(day.mean[0]) if day else None))
    return found
