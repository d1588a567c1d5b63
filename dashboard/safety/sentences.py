"""Sentences about how things go, from data: one function each, with its rule, and silence where the rule is not met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from dashboard import ages, numbers
from tailings.assess.limits import Limit, Limits
from tailings.confidence import CONFIDENCE
from tailings.digits import decimals, digits
from texts import Texts, say, sentence
from texts.units import with_words

DAY_S = 86400.0
LEAST_STEPS = 1.0
"""A change over the window below one step of the last digit shown is none."""


class FittedTrend(Protocol):
    """A fitted line, as the api tells of it or as it was just fitted."""

    @property
    def per_d(self) -> float: ...

    @property
    def end_value(self) -> float: ...

    @property
    def window_s(self) -> float: ...

    @property
    def is_sure(self) -> bool: ...


class Meeting(Protocol):
    """When a line meets a limit, days from now."""

    @property
    def days(self) -> float: ...

    @property
    def earliest_d(self) -> float: ...

    @property
    def latest_d(self) -> float | None: ...


Following = tuple[Limit, Meeting]
"""The next level, and when the line meets it."""


@dataclass(frozen=True)
class Course:
    """How the values of a datastream go on: their line, their change over the last hour, and the level that comes next.

    rate, following: None where no line could be fitted, or no forecast is due. last_hour: None where nobody read it
    then or now.
    """

    unit: str
    quantity: str
    rate: FittedTrend | None = None
    last_hour: float | None = None
    following: Following | None = None

    @property
    def change(self) -> str:
        """The change of the last hour with sign and unit ('+0.30 m'); '' where there is none, or none is known."""
        if self.last_hour is None:
            return ""
        size = numbers.signed(
            self.last_hour, self.quantity, self.unit, value=self.rate.end_value if self.rate else None
        )
        return with_words(size, self.unit)


def amount(value: float, unit: str) -> str:
    """Write the size of a change: of metres below one in cm or mm, of all else in its unit, one or two figures."""
    value = abs(value)
    if unit == "m" and value < 0.995:
        return f"{_figures(value * 100)} cm" if value >= 0.0095 else f"{_figures(value * 1000)} mm"
    return with_words(_figures(value), unit)


def _figures(value: float) -> str:
    """One figure below ten, two above: a rate is never better known than that."""
    if value == 0:
        return "0"
    figures = 1 if value < 10 else 2
    places = figures - 1 - math.floor(math.log10(value))
    return numbers.fixed(round(value, places), max(0, places))


def is_steady(rate: FittedTrend, quantity: str, unit: str) -> bool:
    """Tell whether a line is level: over its window nobody would see its change in the last digit."""
    least = 10.0 ** -decimals(rate.end_value, digits(quantity, unit))
    return abs(rate.per_d) * rate.window_s / DAY_S < LEAST_STEPS * least


def confidence() -> str:
    """Write the confidence of lines and forecasts, in percent."""
    return numbers.short(CONFIDENCE * 100)


def span(meeting: Meeting, texts: Texts) -> str:
    """Write between which days a limit is met, with which confidence and on which condition."""
    words = texts["safety"]["going"]
    earliest = _days(meeting.earliest_d)
    if meeting.latest_d is None:
        return say(words["span_open"], earliest=earliest, confidence=confidence())
    return say(words["span"], earliest=earliest, latest=_days(meeting.latest_d), confidence=confidence())


def _days(value: float) -> str:
    return numbers.fixed(value, 0 if value >= 2 else 1)


def going(course: Course, texts: Texts) -> str:
    """Say in short how a value goes ('7 d: rising 5 cm/d; 1 h: +0.30 m'); '' where nothing is known of it."""
    words, rate = texts["safety"]["going"], course.rate
    return listed((_short(rate, course, texts), say(words["hour"], change=course.change) if course.change else ""))


def _short(rate: FittedTrend | None, course: Course, texts: Texts) -> str:
    words = texts["safety"]["going"]
    if rate is None:
        return ""
    window = round(rate.window_s / DAY_S)
    if is_steady(rate, course.quantity, course.unit):
        return say(words["steady"], days=window)
    if not rate.is_sure:
        return say(words["unsure"], days=window)
    change = amount(rate.per_d, course.unit)
    return say(words["rising" if rate.per_d > 0 else "falling"], change=change, days=window)


def forecast(following: Following | None, texts: Texts) -> str:
    """Say when the next level is met at the present rate, with its span; '' where no forecast is due."""
    if following is None:
        return ""
    limit, meeting = following
    level = texts["states"][limit.level].lower()
    return say(
        texts["safety"]["going"]["meets"], level=level, days=days(meeting.days, texts), span=span(meeting, texts)
    )


def days(value: float, texts: Texts) -> str:
    """Write a number of days in words ('less than a day', 'about 10 d')."""
    words = texts["safety"]["going"]
    return str(words["within_day"]) if value < 1 else say(words["about"], days=round(value))


def movement(course: Course, *, now: datetime, zone: str, texts: Texts) -> str:
    """Say how a value past a limit goes on: its trend with the window, the last hour, and when it meets the next level.

    '' where neither a line nor an hour is known. That nobody read it an hour ago is said, and never a change of none.
    """
    words = texts["safety"]["going"]
    if course.rate is None and course.last_hour is None:
        return ""
    hour = _last_hour(course, texts) or words["hour_unknown"]
    said = "; ".join(filter(None, [_trend(course, texts), hour]))
    begun = f"{sentence(said)}."
    if course.rate is None or course.following is None or not course.rate.is_sure:
        return begun
    limit, meeting = course.following
    at = ages.day_and_clock(now + timedelta(days=meeting.days), zone, now).rsplit(" ", 1)[0]
    met = say(words["meets_long"], level=texts["states"][limit.level], day=at, span=span(meeting, texts))
    return f"{begun} {met}"


def _trend(course: Course, texts: Texts) -> str:
    """Say which way the line goes, with its window ('7-day trend rising 5 cm a day'); '' without a line."""
    words, rate = texts["safety"]["going"], course.rate
    if rate is None:
        return ""
    window = round(rate.window_s / DAY_S)
    if is_steady(rate, course.quantity, course.unit):
        return say(words["steady_long"], days=window)
    if not rate.is_sure:
        return say(words["unsure_long"], days=window)
    change = amount(rate.per_d, course.unit)
    return say(words["rises_long" if rate.per_d > 0 else "falls_long"], change=change, days=window)


def _last_hour(course: Course, texts: Texts) -> str:
    """Say by how much it changed over the last hour ('+0.30 m in the last hour'); '' where no readings tell."""
    words = texts["safety"]["going"]
    if course.last_hour is None:
        return ""
    change = course.change
    return say(words["hour_long"], change=change) if change else str(words["hour_flat"])


def past(limits: Limits, value: float, unit: str, quantity: str, texts: Texts) -> str:
    """Say where a value stands: '0.02 m over yellow', or '1.00 m below yellow' (above, where low is bad)."""
    words, margin = texts["safety"]["margin"], limits.margin(value)
    size = numbers.with_unit(abs(margin), quantity, unit)
    reached = limits.reached(value)
    limit = reached or limits.limits[0]
    key = ("over" if limits.is_above else "under") if reached else ("below" if limits.is_above else "above")
    return say(words[key], margin=size, level=texts["states"][limit.level].lower())


def deadline(until: datetime, now: datetime, zone: str, texts: Texts) -> tuple[str, str]:
    """Say how long an action still has ('1 h 48 min left'), or how long it is overdue, and until when."""
    words = texts["safety"]["due"]
    left_s = (until - now).total_seconds()
    size = _hours(abs(left_s))
    said = say(words["left" if left_s >= 0 else "overdue"], time=size)
    return said, say(words["by"], time=ages.day_and_clock(until, zone, now))


def _hours(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d"


def listed(parts: Sequence[str]) -> str:
    """Put the parts that say something behind each other ('Rising 5 cm/d; orange in about 10 d')."""
    return "; ".join(part for part in parts if part)
