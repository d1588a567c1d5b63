"""The level of record of a plan over time, from what its alarms said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from api.alarms import queries
from api.alarms.models import LevelLine, LevelStep, LevelTimeline
from api.alarms.queries import PlanHistory
from api.http.database import DatabasePool

DAYS: Final = 7
RISES, FALLS = ("raised", "escalated", "raised-again"), ("fell", "returned")


async def of_plan(database: DatabasePool, facility: str, plan: str, start: datetime) -> LevelTimeline:
    """Return the levels of a plan from `start` until now; one that never spoke is green."""
    said = await queries.said(database, facility, plan, start)
    return LevelTimeline(
        facility=facility,
        plan=plan,
        **{"from": start},
        steps=[LevelStep(at=at, level=level) for at, level in levels(said, start)],
        lines=[LevelLine(at=one.at, kind=one.kind, level=one.level) for one in said],
    )


def levels(said: Iterable[PlanHistory], start: datetime) -> list[tuple[datetime, int]]:
    """Return from when on which level stood, the first at `start`; a level that a person lowers falls by that alone."""
    found, level = [(start, 0)], 0
    for line in sorted(said, key=lambda one: one.at):
        if line.kind in RISES:
            level = max(level, line.level)
        elif line.kind == "closed":
            level = 0
        elif line.kind == "lowered" or (line.kind in FALLS and not line.is_latched):
            level = line.level
        if line.at <= start:
            found = [(start, level)]
        elif level != found[-1][1]:
            found.append((line.at, level))
    return found
