"""Ages and times in words: '26 h', '25 Nov 14:32 WET', always in the zone of the facility; dates by `texts.writing`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from texts import load, say, writing
from texts.writing import day_and_clock

__all__ = [
    "age_s",
    "age_words",
    "day_and_clock",
    "day_of",
    "short_clock",
    "utc",
    "utc_clock",
    "utc_minute",
    "zone_name",
]

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def age_words(age_s: float | None) -> str:
    """Say an age [s] in its largest fitting unit ('12 s', '45 min', '26 h', '9 d'); '' when it is not known.

    A clock that runs ahead makes a negative age: it is said, because a reading from the future is a fault.
    """
    if age_s is None:
        return ""
    if age_s < -MINUTE_S:
        return say(load()["script"]["ahead"], age=age_words(-age_s))
    age_s = max(age_s, 0)
    if age_s < 2 * MINUTE_S:
        return f"{int(age_s)} s"
    if age_s < 2 * HOUR_S:
        return f"{int(age_s // MINUTE_S)} min"
    if age_s < 2 * DAY_S:
        return f"{int(age_s // HOUR_S)} h"
    return f"{int(age_s // DAY_S)} d"


def age_s(time: datetime | None, now: datetime) -> float | None:
    """Give the age [s] of an aware time; None when there is no time."""
    return None if time is None else (now - time).total_seconds()


def day_of(time: datetime, zone: str, now: datetime) -> str:
    """Write the date of an aware time in the zone ('3 May', '3 May 2025' in another year than now)."""
    local, today = time.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return writing.day(local.date(), today.date())


def day_of_s(time_s: float, zone: str, now: datetime) -> str:
    """Write the date of a time [Unix s] in the zone."""
    return day_of(datetime.fromtimestamp(time_s, UTC), zone, now)


def zone_name(zone: str, at: datetime) -> str:
    """Give the short name of the zone at that time ('WET', 'CEST', or '+03' where it has no letters)."""
    return at.astimezone(ZoneInfo(zone)).tzname() or zone


def utc(time: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC with whole seconds, for `datetime` attributes and addresses."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_clock(time: datetime) -> str:
    """Write an aware time as '2026-11-25 13:32:00 UTC', for titles."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def short_clock(time: datetime, zone: str, now: datetime) -> str:
    """Write an aware time of today as '14:32', another one with its day, in the IANA zone."""
    local, today = time.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if local.date() == today.date() else day_and_clock(time, zone, now)


def utc_minute(time: datetime) -> str:
    """Write a time in UTC to the minute, with its year: '3 May 2026 14:10'."""
    at = time.astimezone(UTC)
    return f"{writing.day(at.date())} {at:%H:%M}"
