"""Times that always have their year, for what is printed and kept: the public page, and documents."""

from datetime import datetime
from zoneinfo import ZoneInfo

from texts import writing


def full_time(time: datetime, zone: str) -> str:
    """Write an aware time with its day and year in the zone: '30 Nov 2026 14:32'."""
    local = time.astimezone(ZoneInfo(zone))
    return f"{writing.day(local.date())} {local:%H:%M}"


def full_day(time: datetime, zone: str) -> str:
    """Write the day of an aware time with its year in the zone."""
    return writing.day(time.astimezone(ZoneInfo(zone)).date())
