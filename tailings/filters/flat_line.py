"""Flat line: values that have stayed within a tolerance for too long.

A row is flagged when all values of the last `suspect_after_s` (`fail_after_s`) lie closer together than `tolerance`,
and the window is filled: it reaches back to within one expected interval of its start, with half of the values there.

Source: QARTOD's flat line test; flag for flag ioos_qc.qartod.flat_line_test for evenly spaced series (it counts rows
of the median interval, we look at the times; with fewer than three rows in all it passes; read: ioos/ioos_qc,
ioos_qc/qartod.py, August 2026).
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.filters import Around, FlagWindow
from tailings.series import Flags, Mask, Series
from tailings.windows import count_values, extent, starts
from wire import quality as flag

Duration = Annotated[float, Meta(gt=0, le=90 * 86400)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Tolerance in the datastream's unit: choose it above the instrument's resolution."""

    tolerance: Annotated[float, Meta(gt=0)]
    """Within which values count as the same; above the instrument's resolution. [of the datastream]"""
    suspect_after_s: Duration
    """After how long of the same value it is suspect."""
    fail_after_s: Duration | None = None
    """After how long of the same value it fails."""

    def __post_init__(self) -> None:
        if self.fail_after_s is not None and self.suspect_after_s > self.fail_after_s:
            raise ValueError("suspect_after_s must not be longer than fail_after_s")


def window(settings: Settings) -> FlagWindow:
    """The longer of the two durations."""
    return FlagWindow(before_s=settings.fail_after_s or settings.suspect_after_s)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    flags = np.full(series.value.shape, flag.PASS, dtype=np.uint8)
    flags[_is_flat(series, settings.suspect_after_s, settings, around)] = flag.SUSPECT
    if settings.fail_after_s is not None:
        flags[_is_flat(series, settings.fail_after_s, settings, around)] = flag.FAIL
    flags[np.isnan(series.value)] = flag.MISSING
    return flags


def _is_flat(series: Series, after_s: float, settings: Settings, around: Around) -> Mask:
    after_ms, interval_ms = round(after_s * 1000), around.expected_interval_s * 1000
    start = starts(series.time_ms, after_ms)
    reaches_back = series.time_ms - series.time_ms[start] > after_ms - interval_ms
    is_dense = count_values(series.value, start) >= max(2.0, after_ms / interval_ms / 2)
    return np.asarray(reaches_back & is_dense & (extent(series.value, start) < settings.tolerance))
