"""On-call hours: whose turn it is to be notified, by weekday and time of day of the facility."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta


def is_on(local: datetime, weekdays: Collection[int], start: time | None, stop: time | None) -> bool:
    """Whether on-call hours cover this time of the facility; those over midnight belong to the day on which they begin.

    weekdays: 1 is Monday. start, stop: half open; None: all day.
    """
    if start is None or stop is None:
        return local.isoweekday() in weekdays
    now = local.time()
    if start <= stop:
        return start <= now < stop and local.isoweekday() in weekdays
    began = local if now >= start else local - timedelta(days=1)
    return (now >= start or now < stop) and began.isoweekday() in weekdays
