"""Vibrating-wire signal: a frequency whose own signal was weak, noisy or died away too fast.

Without a value of a diagnostic at the same instant that limit is not evaluated; the worst of the others counts.

Source: secondary: signal-to-noise above 10 good, near 1 noise, a fast decay means a damaged wire (Dam Engineering
XXXIII-3, page 20, not opened); the limits are settings, without defaults, for a person to choose.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from tailings.filters import Around
from tailings.filters._others import values_at
from tailings.series import Flags, Series
from wire import quality as flag

OTHERS = True


class Lowest(Struct, frozen=True, forbid_unknown_fields=True):
    """A diagnostic datastream and the values below which the reading is suspect, or fails."""

    datastream: str
    """The diagnostic datastream that is looked at."""
    suspect: float
    """Below which the reading is suspect. [of that datastream]"""
    fail: float | None = None
    """Below which the reading fails. [of that datastream]"""

    def __post_init__(self) -> None:
        if self.fail is not None and self.fail > self.suspect:
            raise ValueError("fail must not be larger than suspect: a weaker signal is worse")


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for signal-to-noise ratio, amplitude and decay ratio; at least one."""

    snr: Lowest | None = None
    """The limits of the signal-to-noise ratio."""
    amplitude: Lowest | None = None
    """The limits of the amplitude."""
    decay: Lowest | None = None
    """The limits of the decay ratio."""

    def __post_init__(self) -> None:
        if not self.limits():
            raise ValueError("give a limit for snr, amplitude or decay")

    def limits(self) -> list[Lowest]:
        """The limits that are set."""
        return [limit for limit in (self.snr, self.amplitude, self.decay) if limit is not None]

    def others(self) -> tuple[str, ...]:
        """The diagnostic datastreams."""
        return tuple(limit.datastream for limit in self.limits())


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    flags = np.full(series.value.shape, flag.NOT_EVALUATED, dtype=np.uint8)
    for limit in settings.limits():
        found = values_at(around.others.get(limit.datastream), series, stale_after_s=0)
        judged = np.where(found < limit.suspect, flag.SUSPECT, flag.PASS)
        if limit.fail is not None:
            judged = np.where(found < limit.fail, flag.FAIL, judged)
        known = ~np.isnan(found)
        before = np.where(flags == flag.NOT_EVALUATED, 0, flags)
        flags = np.where(known, np.maximum(before, judged), flags).astype(np.uint8)
    flags[np.isnan(series.value)] = flag.MISSING
    return flags
