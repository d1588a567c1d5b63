"""How fast something changes, from a fit over a stated window, and when it would meet a limit at that rate.

A rate is a straight line by least squares. Hourly means of one instrument are not independent, so the number of points
that the standard error counts on is reduced by the residuals' lag-one autocorrelation r: n (1 - r) / (1 + r).
A forecast is refused rather than guessed: the line must cover its window, differ from level, and reach no further than
`MAX_WINDOWS_AHEAD` windows.

Source: least squares by definition; the effective sample size secondary, as repeated in climatology (Santer et al.
2000, "Statistical significance of trends", section 4).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from tailings.series import Times, Values

MIN_POINTS: Final = 8
MIN_COVER: Final = 0.7
MAX_WINDOWS_AHEAD: Final = 2.0
SURE: Final = 2.0
"""A slope of so many standard errors differs from level."""
_MS_PER_D: Final = 86_400_000.0


class Rate(NamedTuple):
    """A fitted straight line: slope and its standard error [unit/d], value at the window's end, window [s], points."""

    per_d: float
    error_per_d: float
    end_value: float
    window_s: float
    points: int

    @property
    def is_sure(self) -> bool:
        """Whether the slope differs from level by two standard errors."""
        return abs(self.per_d) > SURE * self.error_per_d


class Meeting(NamedTuple):
    """When a line meets a limit [days from the window's end], and the earliest and latest by two standard errors.

    latest_d is None when the slower line never meets it within the horizon.
    """

    days: float
    earliest_d: float
    latest_d: float | None


def rate(time_ms: Times, value: Values, end_ms: int, window_s: float) -> Rate | None:
    """Fit a line to the values of the last `window_s` before `end_ms`; None where they do not carry one.

    time_ms: int64[n], rising. value: float64[n], NaN = missing. Needs eight values that span 70 % of the window.
    """
    start_ms = end_ms - round(window_s * 1000)
    is_used = (time_ms > start_ms) & (time_ms <= end_ms) & np.isfinite(value)
    t, v = (time_ms[is_used] - end_ms) / _MS_PER_D, value[is_used]
    if t.size < MIN_POINTS or (t[-1] - t[0]) * 86400 < MIN_COVER * window_s:
        return None
    middle = t.mean()
    spread = float(np.sum((t - middle) ** 2))
    slope = float(np.sum((t - middle) * (v - v.mean())) / spread)
    residual = v - v.mean() - slope * (t - middle)
    error = float(np.sqrt(np.sum(residual**2) / (_effective(residual) - 2) / spread))
    return Rate(slope, error, float(v.mean() - slope * middle), window_s, int(t.size))


def _effective(residual: Values) -> float:
    """The number of independent points among residuals; at least three, so that there is an error at all."""
    power = float(np.sum(residual**2))
    r = float(np.sum(residual[1:] * residual[:-1])) / power if power > 0 else 0.0
    r = min(max(r, 0.0), 0.99)
    return max(residual.size * (1 - r) / (1 + r), 3.0)


def meets(rate: Rate, limit: float, is_above: bool) -> Meeting | None:
    """When the line of a rate meets a limit that is dangerous above (or below) it; None when no forecast is due.

    None: it is past the limit already, moves away, does not differ from level, or would need more than two windows.
    """
    room = limit - rate.end_value if is_above else rate.end_value - limit
    speed = rate.per_d if is_above else -rate.per_d
    if room <= 0 or speed <= 0 or not rate.is_sure:
        return None
    horizon_d = MAX_WINDOWS_AHEAD * rate.window_s / 86400
    days = room / speed
    if days > horizon_d:
        return None
    slow = speed - SURE * rate.error_per_d
    latest = room / slow
    return Meeting(days, room / (speed + SURE * rate.error_per_d), latest if latest <= horizon_d else None)
