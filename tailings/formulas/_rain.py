"""Rain of the last hours: the sum over a window, and whether the window is known well enough."""

from __future__ import annotations

import numpy as np

from tailings.formulas import FormulaDoubt, Given
from tailings.series import Values
from tailings.windows import is_thin, starts, total

# A sum that lacks more than a tenth of its readings is not a sum of that time.
_LOWEST_SHARE = 0.9


def depth_mm(given: Given, window_s: float) -> tuple[Values, FormulaDoubt]:
    """Rain depth [mm] of the last `window_s` at each row, and a doubt where too many readings are missing in it.

    A doubted depth is a lower bound: what fell while nobody measured would only add to it.
    """
    start = starts(given.time_ms, round(window_s * 1000), is_open=True)
    return total(given["rain"], start), not_filled(given, window_s)


def not_filled(given: Given, window_s: float) -> FormulaDoubt:
    """The doubt where too many readings of a window are missing."""
    thin = is_thin(given.time_ms, given["rain"], window_s, given.interval_s, _LOWEST_SHARE)
    return FormulaDoubt(thin, "window-not-filled")


def at_least(reason: str, value: Values) -> tuple[Values, Values] | None:
    """What such a depth says all the same [mm]: at least so much."""
    return (value, np.full(value.shape, np.inf)) if reason == "window-not-filled" else None


def independent_mm(given: Given, window_s: float, standard_mm: Values) -> Values:
    """Standard uncertainty [mm] of such a depth when each reading errs by itself, float64[n]."""
    return np.asarray(np.sqrt(total(standard_mm**2, starts(given.time_ms, round(window_s * 1000), is_open=True))))
