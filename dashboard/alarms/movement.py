"""Where the datastream behind an alarm stands, and how it goes on: limits, line and words of the safety page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from api.alarms.models import Alarm
from api.assessments import queries as assessments
from api.datastreams import queries as datastreams
from api.http.database import Database
from api.observations import trends
from api.safety.history import NEAR, WINDOW_S, line_of
from dashboard import ages, numbers
from dashboard.rows import quantity_words
from dashboard.safety import sentences
from tailings.assess import forecast, limits
from tailings.assess.limits import Limits
from tailings.trend import Rate
from texts import Texts, say

DAY_S: Final = 86_400.0
USABLE: Final = (1, 2)


@dataclass(frozen=True)
class Movement:
    """The limits that the datastream of an alarm reaches alone (None: it has none), and its rate (None: no line).

    The line is fitted to the last day; where a day has too few hours, to the last week.
    """

    limits: Limits | None = None
    rate: Rate | None = None


async def of_alarms(database: Database, some: Iterable[Alarm], now: datetime) -> dict[int, Movement]:
    """Read how the datastreams of these alarms go on, by number of alarm; one without a value is left out."""
    found = {}
    for one in some:
        if one.watched is None or one.value_now is None:
            continue
        judged = await assessments.of_facilities(database, [one.facility], now)
        known = limits.of_assessment(judged[one.facility])
        (row,) = await datastreams.some(database, one.facility, [one.watched])
        start = now - timedelta(seconds=WINDOW_S) - NEAR
        means = (await trends.hours(database, [row.id], start, now)).get(row.id)
        name = one.watched.removeprefix(f"{one.facility}:")
        own = [
            limit for limit in known if limit.datastream == name and limit.rate_over_s is None and _is_of(limit, one)
        ]
        found[one.id] = Movement(
            max(own, key=lambda limit: limit.reached(one.value_now or 0.0) is not None, default=None),
            None if means is None else _rate(means, now),
        )
    return found


def _is_of(one: Limits, alarm: Alarm) -> bool:
    """Whether the plan of an alarm sets one of these limits."""
    return any(limit.plan == alarm.rule for limit in one.limits)


def _rate(means: trends.Means, now: datetime) -> Rate | None:
    lines = (line_of(means, now, window_s) for window_s in (DAY_S, WINDOW_S))
    return next((line for line in lines if line is not None), None)


def stands(alarm: Alarm, known: Movement, now: datetime, texts: Texts) -> str:
    """Say where its value stands ('n04 vw1 water level 0.20 m above yellow'), when it is stale how old it is.

    Nothing is said of a suspect, rejected or missing one: it stands nowhere.
    """
    value, quantity, unit = alarm.value_now, alarm.quantity or "", alarm.unit or ""
    if value is None or alarm.quality_now not in USABLE or alarm.time_now is None:
        return ""
    where = (
        sentences.past(known.limits, value, unit, quantity, texts)
        if known.limits
        else f"{numbers.number(value, quantity)} {numbers.unit_words(unit)}".strip()
    )
    said = f"{_name(alarm, texts)} {where}"
    if not alarm.is_stale:
        return said
    age = ages.age_words((now - alarm.time_now).total_seconds())
    return say(texts["alarms"]["verdict"]["ago"], what=said, age=age)


def goes_on(alarm: Alarm, known: Movement, zone: str, now: datetime, texts: Texts) -> str:
    """Say how it goes on, and when it meets the next level; '' where its value says nothing now.

    A line that does not end past the limit that the value is past is of another story: a jump, or a spike.
    """
    if alarm.value_now is None or alarm.quality_now not in USABLE or alarm.is_stale:
        return ""
    own = known.limits or Limits(alarm.watched or "", True, ())
    if known.rate is not None and own.reached(known.rate.end_value) != own.reached(alarm.value_now):
        return ""
    quantity, unit = alarm.quantity or "", alarm.unit or ""
    following = forecast.next_level(known.rate, own, alarm.value_now)
    return sentences.movement(known.rate, following, unit, quantity, now=now, zone=zone, texts=texts)


def _name(alarm: Alarm, texts: Texts) -> str:
    """Name node, instrument and quantity; a pond whose level it is is not named twice."""
    node, _, channel = (alarm.watched or "").removeprefix(f"{alarm.facility}:").partition(":")
    instrument, quantity = channel.partition(".")[0], quantity_words(alarm.quantity or "", texts)
    inside = quantity[:1].lower() + quantity[1:] if quantity[1:2].islower() else quantity
    return f"{node} {inside}" if inside.startswith(instrument) else f"{node} {instrument} {inside}"
