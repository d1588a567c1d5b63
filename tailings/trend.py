"""How fast something changes, from a fit over a stated window, and when it would meet a limit at that rate.

A rate is a straight line by least squares, with the interval that holds its true slope 19 times of 20: Student's t with
as many degrees of freedom as the readings are worth, since hourly means of one instrument are not independent
(tailings.confidence). How alike they are is told by what a parabola leaves over: what a line leaves of a movement that
speeds up is its curve, which would hide the movement the better the stronger it is. Their likeness is taken one
standard error higher than estimated, and 12 / n more of it in a short series of n: by simulation, lines that are called
sure and are none stay below one in twenty (the table is in tests/tailings/test_trend.py).
A forecast is refused rather than guessed: the line must cover its window, differ from level, and reach no further than
`MAX_WINDOWS_AHEAD` windows. It assumes that what was so over the window goes on so.

Source: least squares by definition; the rest as tailings.confidence.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from tailings.confidence import effective_size, half_width
from tailings.series import Mask, Times, Values

MIN_POINTS: Final = 16
MIN_COVER: Final = 0.7
MAX_WINDOWS_AHEAD: Final = 2.0
HOUR_S: Final = 3600.0
MAX_MISS: Final = 0.25
"""Of a window by which the span of two readings may differ from it, so that their difference is its change."""
_TERMS: Final = 3
"""A mean, a slope and a bend."""
_ROUNDING: Final = 1e-9
_MS_PER_D: Final = 86_400_000.0


class Rate(NamedTuple):
    """A fitted straight line: slope and half the width of its interval [unit/d], value at the window's end, window [s].

    points: readings in it; independent: how many independent ones they are worth. Below four of these band_per_d is
    infinite: nothing is known of the slope.
    """

    per_d: float
    band_per_d: float
    end_value: float
    window_s: float
    points: int
    independent: float

    @property
    def is_sure(self) -> bool:
        """Whether the slope differs from level, with the confidence of its interval."""
        return abs(self.per_d) > self.band_per_d


class Meeting(NamedTuple):
    """When a line meets a limit [days from the window's end], and the earliest and latest within its interval.

    latest_d is None when the slower line never meets it within the horizon.
    """

    days: float
    earliest_d: float
    latest_d: float | None


def rate(time_ms: Times, value: Values, end_ms: int, window_s: float) -> Rate | None:
    """Fit a line to the values of the last `window_s` before `end_ms`; None where they do not carry one.

    time_ms: int64[n], rising. value: float64[n], NaN = missing. Needs 16 values that span 70 % of the window.
    """
    start_ms = end_ms - round(window_s * 1000)
    is_used = (time_ms > start_ms) & (time_ms <= end_ms) & np.isfinite(value)
    t, v = (time_ms[is_used] - end_ms) / _MS_PER_D, value[is_used]
    if t.size < MIN_POINTS or (t[-1] - t[0]) * 86400 < MIN_COVER * window_s:
        return None
    middle = t.mean()
    spread = float(np.sum((t - middle) ** 2))
    slope = float(np.sum((t - middle) * (v - v.mean())) / spread)
    left = _left_by_parabola(t - middle, v)
    independent = effective_size(left, _is_next(time_ms[is_used]), _TERMS, 1 + 12 / t.size)
    freedom = independent - _TERMS
    error = math.sqrt(float(np.sum(left**2)) / max(freedom, 1.0) / spread)
    width = half_width(freedom)
    band = width * error if error > 0 else 0.0
    return Rate(slope, band, float(v.mean() - slope * middle), window_s, int(t.size), independent=independent)


def _left_by_parabola(t: Values, v: Values) -> Values:
    basis, _ = np.linalg.qr(np.vander(t, _TERMS))
    residual = v - basis @ (basis.T @ v)
    return np.where(np.abs(residual) > _ROUNDING * float(np.max(np.abs(v))), residual, 0.0)


def _is_next(time_ms: Times) -> Mask:
    """Whether each time follows the one before by the usual step, bool[n - 1]."""
    step = np.diff(time_ms)
    return np.asarray(step <= 1.5 * np.median(step))


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
    latest = room / (speed - rate.band_per_d)
    return Meeting(days, room / (speed + rate.band_per_d), latest if latest <= horizon_d else None)


def change(time_ms: Times, value: Values, end_ms: int, window_s: float = HOUR_S) -> float | None:
    """By how much the values changed over the last `window_s` before `end_ms`; None where no readings tell.

    time_ms: int64[n], rising. value: float64[n], NaN = missing. It is the newest value, of the second half of the
    window, minus the one whose time is nearest to a window before it, a quarter of the window off at most.
    """
    is_used = (time_ms <= end_ms) & np.isfinite(value)
    t, v = time_ms[is_used], value[is_used]
    window_ms = window_s * 1000
    if t.size < 2 or end_ms - t[-1] > window_ms / 2:
        return None
    off = np.abs(t[-1] - t[:-1] - window_ms)
    nearest = int(np.argmin(off))
    return float(v[-1] - v[nearest]) if off[nearest] <= MAX_MISS * window_ms else None
