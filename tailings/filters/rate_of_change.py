"""Rate of change: a value that moved faster from the one before it than the ground can.

The first row, and a row after a missing one, pass.

Source: QARTOD's rate of change test; flag for flag ioos_qc.qartod.rate_of_change_test for steps of whole seconds
(it cuts a step to whole seconds, we do not; read: ioos/ioos_qc, ioos_qc/qartod.py, August 2026).
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.filters import Around, FlagWindow
from tailings.series import Flags, Series
from wire import quality as flag

_MS_PER_S = 1000.0
_S_PER_H = 3600.0
Rate = Annotated[float, Meta(gt=0)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Rates in the datastream's unit per hour above which a value is suspect or fails."""

    suspect_per_h: Rate
    """The rate above which a value is suspect. [of the datastream, per h]"""
    fail_per_h: Rate | None = None
    """The rate above which it fails. [of the datastream, per h]"""

    def __post_init__(self) -> None:
        if self.fail_per_h is not None and self.suspect_per_h > self.fail_per_h:
            raise ValueError("suspect_per_h must not be larger than fail_per_h")


def window(settings: Settings) -> FlagWindow:
    """The row before."""
    return FlagWindow(before_rows=1)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    rate_per_s = np.zeros(series.value.shape)
    rate_per_s[1:] = np.abs(np.diff(series.value)) / (np.diff(series.time_ms) / _MS_PER_S)
    flags = np.full(series.value.shape, flag.PASS, dtype=np.uint8)
    flags[rate_per_s > settings.suspect_per_h / _S_PER_H] = flag.SUSPECT
    if settings.fail_per_h is not None:
        flags[rate_per_s > settings.fail_per_h / _S_PER_H] = flag.FAIL
    flags[np.isnan(series.value)] = flag.MISSING
    return flags
