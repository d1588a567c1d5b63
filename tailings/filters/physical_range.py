"""Physical range: a raw value that the sensor cannot give, whatever is measured, is a fail; any other says nothing.

Each raw datastream has it by the LIMITS of its instrument kind, unless its facility file says a range of its own
(`gross_range`, or this one).
Source: QARTOD's gross range test, "sensor range" part (IOOS QARTOD manuals); not in ioos_qc on its own.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from tailings.filters import Around
from tailings.series import Flags, Mask, Series
from wire import quality as flag


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The lowest and the highest value that the sensor can give, in the datastream's unit; both are good."""

    lowest: float
    """The lowest value that the sensor can give. [of the datastream]"""
    highest: float
    """The highest value that it can give. [of the datastream]"""

    def __post_init__(self) -> None:
        if self.lowest >= self.highest:
            raise ValueError(f"lowest ({self.lowest}) must lie below highest ({self.highest}); exchange them")


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]: fail or not evaluated, so that no other flag is made better."""
    flags = np.full(series.value.shape, flag.NOT_EVALUATED, dtype=np.uint8)
    flags[_outside(series, settings)] = flag.FAIL
    flags[np.isnan(series.value)] = flag.MISSING
    return flags


def is_silent(series: Series, settings: Settings) -> bool:
    """Whether no row fails."""
    return not _outside(series, settings).any()


def _outside(series: Series, settings: Settings) -> Mask:
    return np.asarray((series.value < settings.lowest) | (series.value > settings.highest))
