"""When a value meets its next trigger level, at the rate of a fitted line."""

from __future__ import annotations

from tailings import trend
from tailings.assess.limits import Limit, Limits
from tailings.trend import Meeting, Rate


def next_level(rate: Rate | None, limits: Limits, value: float) -> tuple[Limit, Meeting] | None:
    """Return the next level and when the fitted line meets it; None where no forecast is due (see tailings.trend)."""
    following = limits.next(value)
    if rate is None or following is None or limits.rate_over_s is not None:
        return None
    meeting = trend.meets(rate, following.value, limits.is_above)
    return None if meeting is None else (following, meeting)
