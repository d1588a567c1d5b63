"""Values of other datastreams at the times of this one."""

from __future__ import annotations

import numpy as np

from tailings.series import Series, Values, latest_at
from wire import quality as flag


def values_at(other: Series | None, series: Series, stale_after_s: float) -> Values:
    """The other's last value at or before each row; NaN when none is fresh.

    Its quality does not count: two instruments may watch each other, and the flags must not depend on whose turn it is.
    """
    if other is None or len(other) == 0:
        return np.full(len(series), np.nan)
    usable = other.rows(other.quality != flag.MISSING)
    if len(usable) == 0:
        return np.full(len(series), np.nan)
    rows = latest_at(usable, series.time_ms)
    is_fresh = (rows >= 0) & (series.time_ms - usable.time_ms[rows] <= round(stale_after_s * 1000))
    return np.where(is_fresh, usable.value[rows], np.nan)
