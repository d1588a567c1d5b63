"""Redundant pair: two instruments that measure the same thing and no longer agree.

Which of the two is wrong cannot be told: give both the filter, each with the other. Without a fresh value of the other,
or while its own tests doubt that one, a row is not evaluated.

Source: our own rule; ioos_qc has no such test.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.differences import as_reckoned
from tailings.filters import Around, FlagWindow
from tailings.filters._others import partners_at
from tailings.series import Flags, Series, Values
from wire import quality as flag

OTHERS = True
PARTNERS = True
Distance = Annotated[float, Meta(gt=0)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The other datastream (same unit), the usual difference this - other, and how far from it is too far."""

    other: str
    """The datastream to compare with, in the same unit."""
    suspect: Distance
    """How far from the usual difference a value is suspect. [of the datastream]"""
    fail: Distance | None = None
    """How far from it the value fails. [of the datastream]"""
    offset: float = 0.0
    """The usual difference of this less the other. [of the datastream]"""
    stale_after_s: Annotated[float, Meta(ge=0)] = 3600.0
    """How old the other's value may be."""

    def __post_init__(self) -> None:
        if self.fail is not None and self.suspect > self.fail:
            raise ValueError("suspect must not be larger than fail")

    def others(self) -> tuple[str, ...]:
        """The datastreams it compares with."""
        return (self.other,)


def window(settings: Settings) -> FlagWindow:
    """The age that the other's value may have."""
    return FlagWindow(before_s=settings.stale_after_s)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    (other,), waits = partners_at(settings.others(), around, series, settings.stale_after_s)
    expected = np.where(waits, np.nan, other + settings.offset)
    return flag_distances(series, expected, settings.suspect, settings.fail)


def flag_distances(series: Series, expected: Values, suspect: float, fail: float | None) -> Flags:
    """Flags by how far values are from what is expected of them, uint8[n]; not evaluated where that is NaN."""
    (distance,) = as_reckoned(np.abs(series.value), np.abs(series.value - expected))
    flags = np.full(series.value.shape, flag.PASS, dtype=np.uint8)
    flags[distance > suspect] = flag.SUSPECT
    if fail is not None:
        flags[distance > fail] = flag.FAIL
    flags[np.isnan(distance)] = flag.NOT_EVALUATED
    flags[np.isnan(series.value)] = flag.MISSING
    return flags
