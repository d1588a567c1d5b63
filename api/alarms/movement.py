"""How the values behind alarms go on: the levels that a datastream reaches alone, and the line of its last hours."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from api.alarms.models import Alarm, Movement, Rate
from api.assessments import models as assessed
from api.assessments import queries as assessments
from api.datastreams import queries as datastreams
from api.http.database import Database
from api.observations import trends
from tailings import tarp, trend
from tailings.assess import margins
from tailings.assess.model import Margin

DAY_S: Final = 86_400.0
WEEK_S: Final = 7 * DAY_S
NEAR: Final = timedelta(days=1)
"""Hours are read from so long before the window."""
HALF_HOUR_MS: Final = 1_800_000
"""The mean of an hour stands in its middle."""


async def of_alarms(database: Database, some: Iterable[Alarm], now: datetime) -> list[Movement]:
    """Return how the datastreams of these alarms go on; one without a value is left out."""
    found = []
    for one in some:
        if one.watched is None or one.value_now is None:
            continue
        judged = (await assessments.of_facilities(database, [one.facility], now))[one.facility]
        (row,) = await datastreams.some(database, one.facility, [one.watched])
        means = (await trends.hours(database, [row.id], now - timedelta(seconds=WEEK_S) - NEAR, now)).get(row.id)
        margin = _margin(judged.margins, one, one.value_now)
        found.append(
            Movement(
                alarm=one.id,
                margin=None if margin is None else assessed.Margin.model_validate(msgspec.to_builtins(margin)),
                rate=None if means is None else _rate(means, round(now.timestamp() * 1000)),
            )
        )
    return found


def _margin(some: Iterable[Margin], alarm: Alarm, value: float) -> Margin | None:
    """Return the levels on the value itself that the alarm's plan sets; those that the value is past go first."""
    name = (alarm.watched or "").removeprefix(f"{alarm.facility}:")
    own = [
        one
        for one in some
        if one.datastream == name
        and one.rate_over_s is None
        and margins.is_single(one)
        and any(level.plan == alarm.rule for level in margins.strictest(one))
    ]
    return max(
        own, key=lambda one: any(tarp.is_past(one.test, value, level.value) for level in one.levels), default=None
    )


def _rate(means: trends.Means, now_ms: int) -> Rate | None:
    middle_ms = means.start_ms + HALF_HOUR_MS
    lines = (trend.rate(middle_ms, means.mean, now_ms, window_s) for window_s in (DAY_S, WEEK_S))
    line = next((line for line in lines if line is not None), None)
    if line is None:
        return None
    band = line.band_per_d if math.isfinite(line.band_per_d) else None
    return Rate(**line._asdict() | {"band_per_d": band})
