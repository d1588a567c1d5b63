"""Values of other datastreams at the times of this one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tailings.filters._contract import Around
from tailings.series import Mask, Series, Values, is_sure, latest_at
from wire import quality as flag


def values_at(other: Series | None, series: Series, stale_after_s: float) -> Values:
    """The other's last value at or before each row, whatever its quality; NaN when none is fresh."""
    measured, rows, is_fresh = _last(other, series, stale_after_s)
    return np.where(is_fresh, measured.value[rows], np.nan) if len(measured) else np.full(len(series), np.nan)


def partners_at(names: Sequence[str], around: Around, series: Series, stale_after_s: float) -> tuple[Values, Mask]:
    """The last value of each partner at or before each row, float64[k, n], and which rows have to wait, bool[n].

    NaN when no value is fresh, or when that row is itself bad: an older value does not stand in for a bad one, for
    while the partner fails what it measures moves on without it. A row waits while the row of a partner that it would
    be compared with may still get another flag.
    """
    values = np.full((len(names), len(series)), np.nan)
    waits = np.zeros(len(series), np.bool_)
    for place, name in enumerate(names):
        measured, rows, is_fresh = _last(around.others.get(name), series, stale_after_s)
        if len(measured):
            values[place] = np.where(is_fresh & is_sure(measured.quality)[rows], measured.value[rows], np.nan)
            if name in around.open_since_ms:
                waits |= is_fresh & (measured.time_ms[rows] >= around.open_since_ms[name])
    return values, waits


def _last(other: Series | None, series: Series, stale_after_s: float) -> tuple[Series, NDArray[np.intp], Mask]:
    """The other's rows with a value, which of them is the last at or before each row, and whether it is fresh."""
    if other is None:
        return Series.empty(), np.zeros(0, np.intp), np.zeros(0, np.bool_)
    measured = other.rows(other.quality != flag.MISSING)
    if len(measured) == 0:
        return measured, np.zeros(0, np.intp), np.zeros(0, np.bool_)
    rows = latest_at(measured, series.time_ms)
    is_fresh = (rows >= 0) & (series.time_ms - measured.time_ms[rows] <= round(stale_after_s * 1000))
    return measured, rows, is_fresh
