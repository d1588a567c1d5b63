"""Gross range: outside what the instrument can read is a fail, outside what the site expects is suspect.

Source: QARTOD's gross range test; flag for flag ioos_qc.qartod.gross_range_test(fail_span, suspect_span).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from tailings.filters import Around
from tailings.series import Flags, Series
from wire import quality as flag


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """[lowest, highest] good value, both ends included, in the datastream's unit; suspect lies within fail."""

    fail: tuple[float, float]
    """The lowest and the highest value that the instrument can read. [of the datastream]"""
    suspect: tuple[float, float] | None = None
    """The lowest and the highest value that the site expects, within fail. [of the datastream]"""

    def __post_init__(self) -> None:
        for name, span in (("fail", self.fail), ("suspect", self.suspect)):
            if span is not None and span[0] >= span[1]:
                raise ValueError(f"{name} = [{span[0]}, {span[1]}] is in the wrong order; write the lower limit first")
        if self.suspect and not self.fail[0] <= self.suspect[0] < self.suspect[1] <= self.fail[1]:
            raise ValueError("suspect must lie within fail; widen fail or narrow suspect")


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    value = series.value
    flags = np.full(value.shape, flag.PASS, dtype=np.uint8)
    if settings.suspect is not None:
        flags[(value < settings.suspect[0]) | (value > settings.suspect[1])] = flag.SUSPECT
    flags[(value < settings.fail[0]) | (value > settings.fail[1])] = flag.FAIL
    flags[np.isnan(value)] = flag.MISSING
    return flags
