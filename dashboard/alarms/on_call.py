"""Who is on call now, and who is told next of what nobody acknowledges, by the rules of the recipients."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.recipients.models import LastTest, Recipient, Rota, RotaTurn
from dashboard import ages
from tailings.on_call import concerns, is_on, later, on_call_or_all
from tailings.rota import named
from texts import Texts, say

if TYPE_CHECKING:
    from api.alarms.models import Alarm

MAX_NAMED = 3


def on_call(recipients: Sequence[Recipient], rotas: Sequence[Rota], zone: str, now: datetime, texts: Texts) -> str:
    """Say who is on duty or on call for the dam, until when, and who comes after.

    Empty: nobody, or several facilities' people. zone: of the facility.
    """
    said, dam = texts["alarms"]["calling"], [one for one in recipients if one.family == "dam"]
    if len({one.facility for one in dam}) != 1:
        return ""
    given = next((one for one in rotas if one.facility == dam[0].facility), None)
    first = [one for one in dam if one.after_min == 0]
    others, local = [one for one in first if not is_member(one, given)], now.astimezone(ZoneInfo(zone))
    if len(others) < len(first):  # all of the rota are called before others out of their hours
        others = [one for one in others if is_on_call(one, local)]
    parts = [by_rota(given, now, texts)] if given else []
    parts += filter(None, [_by_hours(others, local, texts)])
    later = sorted((one for one in dam if one.after_min), key=lambda one: one.after_min)[:MAX_NAMED]
    then = [say(said["then"], name=one.name, minutes=one.after_min) for one in later]
    return ", ".join([*parts, *then]) if parts else ""


def by_rota(given: Rota, now: datetime, texts: Texts) -> str:
    """Say who is on duty by the rota, until when, and who follows; or that nobody is."""
    said = texts["alarms"]["rota"]
    if not given.on_duty:
        return str(said["nobody_now"])
    return ", ".join(turn_words(one, given.timezone, now, texts) for one in given.on_duty)


def turn_words(one: RotaTurn, zone: str, now: datetime, texts: Texts) -> str:
    """Say who is on duty, and until when."""
    said = texts["alarms"]["rota"]
    if one.until is None:
        return say(said["on_duty"], name=one.name)
    return say(said["on_duty_until"], name=one.name, time=day_words(one.until, zone, now, texts))


def day_words(at: datetime, zone: str, now: datetime, texts: Texts) -> str:
    """Write a time with its day of the week ('Sat 24 Oct 02:00')."""
    day = texts["alarms"]["route"]["weekdays"][at.astimezone(ZoneInfo(zone)).weekday()]
    return f"{day} {ages.day_and_clock(at, zone, now)}"


def is_member(one: Recipient, given: Rota | None) -> bool:
    """Whether the rota names somebody, as a member or a stand-in."""
    return given is not None and one.name in named(given.shifts, given.absences)


def _by_hours(first: Sequence[Recipient], local: datetime, texts: Texts) -> str:
    """Say who is on call by hours of their own, until the first of them goes."""
    said, clock = texts["alarms"]["calling"], f"{local:%H:%M}"
    called = on_call_or_all(first, lambda one: is_on_call(one, local))
    if not called:
        return ""
    ends = [one.on_call_until for one in called if one.on_call_until and is_on_call(one, local)]
    until = min(ends, key=lambda end: (end <= clock, end), default="")
    names = ", ".join(dict.fromkeys(one.name for one in called[:MAX_NAMED]))
    return say(said["until"], time=until, names=names) if until else say(said["always"], names=names)


def next_told(
    waiting: Iterable["Alarm"], recipients: Sequence[Recipient], zone: str, now: datetime, texts: Texts
) -> str:
    """Say who is told next of one that waits, and when, unless somebody acknowledges it; empty: nobody more."""
    coming = min(
        ((at, one.name) for alarm in waiting for one, at in _later(alarm, recipients) if at > now), default=None
    )
    if coming is None:
        return ""
    return say(texts["alarms"]["calling"]["next"], name=coming[1], time=ages.short_clock(coming[0], zone, now))


def _later(alarm: "Alarm", recipients: Iterable[Recipient]) -> list[tuple[Recipient, datetime]]:
    of_it = (one for one in recipients if (one.family, one.facility) == ("dam", alarm.facility))
    concerned = [one for one in of_it if concerns("dam", alarm.level, one.from_level)]
    return later(concerned, alarm.called_since or alarm.noted_at)


def last_test(one: LastTest | None, recipients: Sequence[Recipient], zone: str, now: datetime, texts: Texts) -> str:
    """Say when the way to people was tested last; empty: nobody is told, or the caller may not see who is."""
    said = texts["alarms"]["calling"]
    if not recipients:
        return ""
    if one is None:
        return str(said["untested"])
    at, took = ages.day_and_clock(one.sent_at, zone, now), ages.age_words(one.took_s)
    return say(said["tested"], name=one.name, time=at, took=took)


def is_on_call(one: Recipient, local: datetime) -> bool:
    """Whether it is on call at this time of the facility."""
    start, stop = (time.fromisoformat(text) if text else None for text in (one.on_call_from, one.on_call_until))
    return is_on(local, one.weekdays, start, stop)
