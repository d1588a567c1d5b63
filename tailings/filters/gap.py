"""Gap: the first value after a silence that was too long.

The value itself may be good; the flag says that what happened before it is not known.

Source: QARTOD's timing and gap test; fail_after_s is flag for flag ioos_qc.qartod.time_gap_test (hours there), save
the first row, which is not evaluated here and copies the second one there (read: ioos/ioos_qc, August 2026).
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.filters import Around, FlagWindow
from tailings.series import Flags, Series
from wire import quality as flag

Silence = Annotated[float, Meta(gt=0)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds without a row after which the next one is suspect, or fails."""

    suspect_after_s: Silence
    """After how long without a row the next one is suspect."""
    fail_after_s: Silence | None = None
    """After how long without a row the next one fails."""

    def __post_init__(self) -> None:
        if self.fail_after_s is not None and self.suspect_after_s > self.fail_after_s:
            raise ValueError("suspect_after_s must not be longer than fail_after_s")


def window(settings: Settings) -> FlagWindow:
    """The row before."""
    return FlagWindow(before_rows=1)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    flags = np.full(series.value.shape, flag.PASS, dtype=np.uint8)
    silence_s = np.diff(series.time_ms) / 1000
    flags[1:][silence_s > settings.suspect_after_s] = flag.SUSPECT
    if settings.fail_after_s is not None:
        flags[1:][silence_s > settings.fail_after_s] = flag.FAIL
    flags[:1] = flag.NOT_EVALUATED
    flags[np.isnan(series.value)] = flag.MISSING
    return flags
