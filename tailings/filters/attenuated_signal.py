"""Attenuated signal: a value that hardly moves any more, though not quite a flat line.

The standard deviation, or the range, of the last `period_s` is compared with two limits; with fewer than `min_rows`
values in that time a row is not evaluated.

Source: QARTOD's attenuated signal test; flag for flag ioos_qc.qartod.attenuated_signal_test with test_period and
min_obs (read: ioos/ioos_qc, ioos_qc/qartod.py, August 2026).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from tailings.filters import Around, FlagWindow
from tailings.series import Flags, Series
from tailings.windows import count_values, deviation, extent, starts
from wire import quality as flag


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits in the datastream's unit: below `suspect` suspect, below `fail` a fail."""

    period_s: Annotated[float, Meta(gt=0, le=90 * 86400)]
    """The time over which the signal is looked at."""
    suspect: Annotated[float, Meta(gt=0)]
    """Below which it is suspect. [of the datastream]"""
    fail: Annotated[float, Meta(ge=0)] = 0.0
    """Below which it fails. [of the datastream]"""
    min_rows: Annotated[int, Meta(ge=2)] = 3
    """How many rows the time must hold for a verdict."""
    measure: Literal["std", "range"] = "std"
    """What is measured: the standard deviation, or the range."""

    def __post_init__(self) -> None:
        if self.fail > self.suspect:
            raise ValueError("fail must not be larger than suspect: less movement is worse")


def window(settings: Settings) -> FlagWindow:
    """The period."""
    return FlagWindow(before_s=settings.period_s)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    start = starts(series.time_ms, round(settings.period_s * 1000), is_open=True)
    movement = (deviation if settings.measure == "std" else extent)(series.value, start)
    flags = np.full(series.value.shape, flag.PASS, dtype=np.uint8)
    flags[movement < settings.suspect] = flag.SUSPECT
    flags[movement < settings.fail] = flag.FAIL
    flags[count_values(series.value, start) < settings.min_rows] = flag.NOT_EVALUATED
    flags[np.isnan(series.value)] = flag.MISSING
    return flags
