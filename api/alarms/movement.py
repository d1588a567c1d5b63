"""How the values behind alarms go on: the levels that a datastream reaches alone, and the line of its last hours."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from api.alarms.models import Alarm, Movement
from api.assessments import models as assessed
from api.assessments import queries as assessments
from api.datastreams import queries as datastreams
from api.http.database import DatabasePool
from api.observations import trends
from api.safety import situation
from api.safety.history import NEAR, WINDOW_S, line_of
from api.safety.models import FittedLine
from tailings.assess import limits
from tailings.assess.model import Margin

DAY_S: Final = 86_400.0


async def of_alarms(database: DatabasePool, some: Iterable[Alarm], now: datetime) -> list[Movement]:
    """Return how the datastreams of these alarms go on; one without a value is left out."""
    found = []
    for one in some:
        if one.watched is None or one.value_now is None:
            continue
        judged = (await assessments.of_facilities(database, [one.facility], now))[one.facility]
        (row,) = await datastreams.some(database, one.facility, [one.watched])
        means = (await trends.hours(database, [row.id], now - timedelta(seconds=WINDOW_S) - NEAR, now)).get(row.id)
        changes = await trends.last_hour(database, [row.id], now)
        margin = _margin(judged.margins, one, one.value_now)
        found.append(
            Movement(
                alarm=one.id,
                margin=None if margin is None else assessed.Margin.model_validate(msgspec.to_builtins(margin)),
                rate=None if means is None else _line(means, now),
                last_hour=changes.get(row.id),
            )
        )
    return found


def _margin(some: Iterable[Margin], alarm: Alarm, value: float) -> Margin | None:
    """Return the levels on the value itself of which the alarm's plan sets one; those that the value is past first."""
    name = (alarm.watched or "").removeprefix(f"{alarm.facility}:")
    own = [
        one
        for one in some
        if one.datastream == name
        and one.rate_over_s is None
        and limits.is_single(one)
        and any(level.plan == alarm.rule for level in one.levels)
    ]
    return max(own, key=lambda one: limits.of_margin(one).reached(value) is not None, default=None)


def _line(means: trends.Means, now: datetime) -> FittedLine | None:
    lines = (line_of(means, now, window_s) for window_s in (DAY_S, WINDOW_S))
    found = next((line for line in lines if line is not None), None)
    return None if found is None else situation.line(found)
