"""The time a page shows, as its address says it: '-7d' moves with time, absolute times stand still."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from api.http import times

from . import ages

RANGES = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30), "1y": timedelta(days=365.25)}
DEFAULT = "7d"
MOVING = re.compile(r"-(\d{1,4})(h|d|y)", re.ASCII)
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "y": timedelta(days=365.25)}


@dataclass(frozen=True)
class Period:
    """From (included) to (not included), both UTC; `moving` is the range ('7d') that moves with time, or ''."""

    start: datetime
    end: datetime
    moving: str = ""


def parse(start: str | None, end: str | None, zone: str, now: datetime, default: str = DEFAULT) -> Period:
    """Read `from` and `to` of an address.

    Times without a zone come from a form and are of the facility's zone. What cannot be read, or ends before it
    begins, gives the default: an old or mistyped link still shows a picture.
    """
    found = MOVING.fullmatch(start or f"-{default}")
    if found and not end:
        return Period(now - int(found[1]) * UNITS[found[2]], now, f"{found[1]}{found[2]}")
    begin, until = instant(start, zone), instant(end, zone) or now
    if begin is None or begin >= until:
        return Period(now - RANGES[default], now, default)
    return Period(begin, until)


def instant(text: str | None, zone: str) -> datetime | None:
    """Read an RFC 3339 time, or a local time of the zone; None when it is neither."""
    if not text:
        return None
    try:
        if LOCAL.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return times.parse(text)
    except ValueError:
        return None


def words(period: Period, zone: str, now: datetime) -> str:
    """Say a period in the zone ('3 May 00:00 – 4 May 00:00')."""
    return f"{ages.day_and_clock(period.start, zone, now)} – {ages.day_and_clock(period.end, zone, now)}"


def field(time: datetime, zone: str) -> str:
    """Write a time for an input of type datetime-local."""
    return time.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
