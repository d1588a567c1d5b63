"""Who is on call now, and who is told next of what nobody acknowledges, by the rules of the recipients."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.alarms.models import Alarm
from api.recipients.models import LastTest, Recipient
from dashboard import ages
from tailings.on_call import is_on
from texts import Texts, say

MAX_NAMED = 3


def on_call(recipients: Sequence[Recipient], zone: str, now: datetime, texts: Texts) -> str:
    """Say who is on call for the dam, until when, and who comes after; empty: nobody, or several facilities' people.

    zone: of the facility.
    """
    said, dam = texts["alarms"]["calling"], [one for one in recipients if one.family == "dam"]
    if len({one.facility for one in dam}) != 1:
        return ""
    local = now.astimezone(ZoneInfo(zone))
    first = [one for one in dam if one.after_min == 0]
    on_duty = [one for one in first if is_on_call(one, local)] or first
    if not on_duty:
        return ""
    until = min((one.on_call_until for one in on_duty if one.on_call_until and is_on_call(one, local)), default="")
    names = ", ".join(dict.fromkeys(one.name for one in on_duty[:MAX_NAMED]))
    later = sorted((one for one in dam if one.after_min), key=lambda one: one.after_min)[:MAX_NAMED]
    then = [say(said["then"], name=one.name, minutes=one.after_min) for one in later]
    return ", ".join(
        [say(said["until"], time=until, names=names) if until else say(said["always"], names=names), *then]
    )


def next_told(alarm: Alarm, recipients: Iterable[Recipient], zone: str, now: datetime, texts: Texts) -> str:
    """Say who is told of an alarm next, and when, unless somebody acknowledges it; empty: nobody more."""
    due = [
        (alarm.noted_at + timedelta(minutes=one.after_min), one.name)
        for one in recipients
        if (one.family, one.facility) == ("dam", alarm.facility) and one.after_min and alarm.level >= one.from_level
    ]
    coming = min((one for one in due if one[0] > now), default=None)
    if coming is None:
        return ""
    return say(texts["alarms"]["calling"]["next"], name=coming[1], time=ages.short_clock(coming[0], zone, now))


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
