"""Rain of the last hours: the sum over a window, and whether the window is known well enough."""

from __future__ import annotations

import numpy as np

from tailings.formulas import Doubt, Given
from tailings.series import Values
from tailings.windows import count_values, starts, total

# A sum that lacks more than a tenth of its readings is not a sum of that time.
_LOWEST_SHARE = 0.9


def depth_mm(given: Given, window_s: float) -> tuple[Values, Doubt]:
    """Rain depth [mm] of the last `window_s` at each row, and a doubt where too many readings are missing in it."""
    start = starts(given.time_ms, round(window_s * 1000), is_open=True)
    expected = max(1.0, window_s / given.interval_s)
    is_thin = count_values(given["rain"], start) < np.floor(_LOWEST_SHARE * expected)
    return total(given["rain"], start), Doubt(is_thin, "window-not-filled")
