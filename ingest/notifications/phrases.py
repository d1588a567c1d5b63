"""Pieces of a notification: a reading beside its limits, an action, a quantity, times by the facility's clock."""

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

import texts
from ingest.notifications.facts import Action, NewestReading, PlanTest
from tailings.digits import plain, stated
from tailings.time_span import span, stated_span
from texts import Texts, record, say, sentence, writing
from texts.units import with_words
from wire import quality as flag

OLD_S: Final = 3600
ROOMS: Final = ("notifications", "record")
"""Of the catalogue, what notifications need: the sentences of the pages are not read by this program."""


def words_of() -> Texts:
    """Read the sentences of notifications, in the language that is spoken."""
    return texts.load(rooms=ROOMS)


class Reader(msgspec.Struct, frozen=True):
    """For whom a notification is written: in which words, by which clock, and when."""

    words: Texts
    zone: str
    now: datetime

    def say(self, room: str, key: str, **values: Any) -> str:
        """Make a sentence of notifications."""
        return say(self.words["notifications"][room][key], **values)

    def level(self, level: str) -> str:
        """Write a level as it stands in a heading."""
        return str(self.words["notifications"]["levels"][level])

    def clock(self, at: datetime) -> str:
        """Write hour and minute of today, else with the day, in the facility's zone, which is named."""
        place, today = at.astimezone(ZoneInfo(self.zone)), self.now.astimezone(ZoneInfo(self.zone)).date()
        time = f"{place:%H:%M %Z}"
        return time if place.date() == today else f"{self._short_day(place)} {time}"

    def instant(self, at: datetime) -> str:
        """Write an instant of the record in the facility's zone, always with its day."""
        place = at.astimezone(ZoneInfo(self.zone))
        return f"{self._short_day(place)} {place:%H:%M %Z}"

    def day(self, one: date) -> str:
        """Write a day with its year."""
        return writing.day(one)

    def age(self, at: datetime) -> str:
        """Say how long ago it was."""
        return span((self.now - at).total_seconds())

    def reading(self, one: NewestReading) -> str:
        """Say a reading, how old it is, what doubts it, and its limits."""
        limits = ", ".join(self._limit(limit, one) for limit in one.limits)
        at = self.clock(one.time)
        if (self.now - one.time).total_seconds() > OLD_S:
            at = self.say("reading", "ago", time=at, age=self.age(one.time))
        return self.say(
            "reading",
            "reading",
            quantity=sentence(self.quantity(one)),
            value=self.say("reading", "no_value") if one.value is None else value(one, one.value),
            time=at,
            doubt=self._doubt(one),
            name=one.called,
            limits=self.say("reading", "limits", limits=limits) if limits else "",
        )

    def action(self, one: Action) -> str:
        """Say what is to be done, by whom, until when."""
        if one.due_at is None:
            return self.say("do", "action", what=one.what, who=one.who)
        key = "action_late" if one.due_at < self.now else "action_by"
        return self.say("do", key, what=one.what, who=one.who, time=self.clock(one.due_at))

    def quantity(self, one: NewestReading) -> str:
        """Write a quantity in words; one that has none by its code."""
        return str(self.words["notifications"]["quantities"].get(one.quantity, one.quantity.replace("-", " ")))

    def _doubt(self, one: NewestReading) -> str:
        key = {flag.SUSPECT: "suspect", flag.FAIL: "failed"}.get(one.quality)
        if key is None:
            return ""
        tests = record.tests(one.tests, self.words)
        return self.say("reading", f"{key}_by", tests=tests) if tests else self.say("reading", key)

    def _limit(self, limit: PlanTest, one: NewestReading) -> str:
        number = writing.number(stated(limit.value, one.quantity, one.unit))
        if limit.rate_over_s or limit.against:
            number = with_words(number, one.unit)
        if limit.rate_over_s:
            number = self.say("reading", "rate", value=number, time=stated_span(limit.rate_over_s))
        level = self.words[record.ROOM]["levels"][limit.level]
        line = self.say("reading", f"limit_{limit.test}", level=level, value=number)
        return self.say("reading", "against", limit=line, against=limit.against) if limit.against else line

    def _short_day(self, place: datetime) -> str:
        return writing.day(place.date(), self.now.astimezone(ZoneInfo(self.zone)).date())


def value(one: NewestReading, number: float | None) -> str:
    """Write a value of a reading's quantity with its unit, as the pages do; '' for none."""
    return "" if number is None else with_words(writing.number(plain(number, one.quantity, one.unit)), one.unit)
