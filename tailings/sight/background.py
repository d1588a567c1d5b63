"""Background: real past readings carried on into the future, with their own noise, spikes and spacing.

What an instrument will read without a failure is taken from what it has read: its past is gone through backwards from
its newest reading on, then forwards, and so on, so that nothing jumps. An outage in the past is left out: equipment
fails on purpose here, one at a time. An instrument that is silent stays silent.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tailings.assess import freshness
from tailings.series import Series, Values, join

PATTERN_ROWS: Final = 3000
"""So many of the newest readings are repeated at most."""
COUNTERS: Final = ("tips",)
"""Quantities that only rise: of these the steps are repeated, not the values."""
PRESENT_ROWS: Final = 6
"""The present value is the median of so many readings, so that a spike is not one; even, so that it lies between the
crests and the troughs of waves, whichever was read last."""


def is_silent(series: Series | None, interval_s: float, now_ms: int) -> bool:
    """Whether a datastream has given nothing for too long."""
    if series is None or not len(series):
        return True
    return freshness.is_stale((now_ms - int(series.time_ms[-1])) / 1000, interval_s)


def carried_on(series: Series, interval_s: float, until_ms: int, *, is_counter: bool = False) -> Series:
    """The readings with those that follow until `until_ms`."""
    interval_ms = max(round(interval_s * 1000), 1)
    past = series.rows(slice(max(len(series) - PATTERN_ROWS, 0), None))
    rows = _turned(len(past))
    longest_ms = round(freshness.stale_after_s(interval_s) * 1000)
    gaps_ms = np.abs(np.diff(past.time_ms[np.concatenate([[len(past) - 1], rows])])) if len(past) > 1 else rows
    gaps_ms = np.where((gaps_ms == 0) | (gaps_ms > longest_ms), interval_ms, gaps_ms)
    count = int((until_ms - int(past.time_ms[-1])) / float(gaps_ms.mean()) * 1.05) + 2 * rows.size
    time_ms = int(past.time_ms[-1]) + np.cumsum(np.resize(gaps_ms, max(count, 0)))
    kept = int(np.searchsorted(time_ms, until_ms, side="right"))
    order = np.resize(rows, kept)
    value = past.value[order]
    if is_counter:
        value = past.value[-1] + np.cumsum(np.abs(np.diff(past.value[np.concatenate([[len(past) - 1], order])])))
    return join([series, Series(time_ms[:kept], value, past.quality[order])])


def present(series: Series) -> float | None:
    """The value of a datastream now; None where there is none."""
    newest: Values = series.value[np.isfinite(series.value)][-PRESENT_ROWS:]
    return float(np.median(newest)) if newest.size else None


def _turned(rows: int) -> np.ndarray:
    """The rows of a series from its last but one back to the first, and from there on to the last."""
    if rows < 2:
        return np.zeros(1, dtype=np.int64)
    return np.concatenate([np.arange(rows - 2, -1, -1), np.arange(1, rows)])
