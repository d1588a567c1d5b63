"""Where the datastream behind an alarm stands, and how it goes on, in the words of the safety page."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from api.alarms import models
from api.alarms.models import Alarm
from api.safety.models import FittedLine
from dashboard import ages, numbers
from dashboard.safety import sentences
from dashboard.safety.sentences import Course
from dashboard.view_models import quantity_words
from tailings.assess import forecast, limits
from tailings.assess.limits import Limits
from tailings.assess.model import Margin
from tailings.trend import Rate
from texts import Texts, called, say

USABLE: Final = (1, 2)


@dataclass(frozen=True)
class Movement:
    """The limits that the datastream of an alarm reaches alone, its rate, and its change over the last hour.

    None: it reaches none alone; its hours carry no line; nobody read it then or now.
    """

    limits: Limits | None = None
    rate: Rate | None = None
    last_hour: float | None = None


def of_answer(answer: models.Movement) -> Movement:
    """Set the api's answer out as limits and a line."""
    rate, margin = answer.rate, answer.margin
    return Movement(
        None if margin is None else limits.of_margin(msgspec.convert(margin, Margin, from_attributes=True)),
        None if rate is None else Rate(**rate.model_dump(exclude={"is_sure"}) | {"band_per_d": _band(rate)}),
        answer.last_hour,
    )


def _band(rate: FittedLine) -> float:
    return math.inf if rate.band_per_d is None else rate.band_per_d


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
        else numbers.with_unit(value, quantity, unit)
    )
    said = f"{_name(alarm, texts)} {where}"
    if not alarm.is_stale:
        return said
    age = ages.age_words((now - alarm.time_now).total_seconds())
    return say(texts["alarms"]["verdict"]["ago"], what=said, age=age)


def goes_on(alarm: Alarm, known: Movement, zone: str, now: datetime, texts: Texts) -> str:
    """Say how it goes on, and when it meets the next level; '' where its value says nothing now.

    A line that does not end past the limit that the value is past is of another story, a jump or a spike: it is told
    beside the change of the last hour, and not alone.
    """
    if alarm.value_now is None or alarm.quality_now not in USABLE or alarm.is_stale:
        return ""
    own = known.limits or Limits(alarm.watched or "", True, ())
    is_other = known.rate is not None and own.reached(known.rate.end_value) != own.reached(alarm.value_now)
    if is_other and known.last_hour is None:
        return ""
    following = None if is_other else forecast.next_level(known.rate, own, alarm.value_now)
    course = Course(alarm.unit or "", alarm.quantity or "", known.rate, known.last_hour, following)
    return sentences.movement(course, now=now, zone=zone, texts=texts)


def _name(alarm: Alarm, texts: Texts) -> str:
    """Name instrument and quantity, the name of the facility file first; a pond is not named twice beside its level."""
    node, _, channel = (alarm.watched or "").removeprefix(f"{alarm.facility}:").partition(":")
    instrument, quantity = channel.partition(".")[0], quantity_words(alarm.quantity or "", texts)
    inside = quantity[:1].lower() + quantity[1:] if quantity[1:2].islower() else quantity
    if alarm.watched_title:
        return f"{called(alarm.watched_title, alarm.watched_place)} ({node} {instrument}) {inside}"
    return f"{node} {inside}" if inside.startswith(instrument) else f"{node} {instrument} {inside}"
