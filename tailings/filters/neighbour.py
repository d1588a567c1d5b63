"""Neighbour: a value that stands apart from what the instruments around it say.

The median of the neighbours' fresh values, each shifted by its usual difference, is what is expected here. A neighbour
whose reading its own tests doubt takes no part; with fewer than `min_neighbours` left a row is not evaluated.

Source: our own rule after the idea of QARTOD's neighbour test (secondary: the manual was not opened); ioos_qc has no
such test.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.filters import Around, FlagWindow
from tailings.filters._others import partners_at
from tailings.filters.redundant_pair import flag_distances
from tailings.series import Flags, Series

OTHERS = True
PARTNERS = True
Distance = Annotated[float, Meta(gt=0)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Neighbouring datastreams (same unit), the usual difference this - neighbour of each, and the limits."""

    neighbours: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]
    """The datastreams to compare with, in the same unit."""
    suspect: Distance
    """How far from them a value is suspect. [of the datastream]"""
    fail: Distance | None = None
    """How far from them it fails. [of the datastream]"""
    offsets: tuple[float, ...] = ()
    """The usual difference of this less each neighbour. [of the datastream]"""
    min_neighbours: Annotated[int, Meta(ge=1)] = 2
    """How many neighbours must have a value for a verdict."""
    stale_after_s: Annotated[float, Meta(ge=0)] = 3600.0
    """How old a neighbour's value may be."""

    def __post_init__(self) -> None:
        if self.fail is not None and self.suspect > self.fail:
            raise ValueError("suspect must not be larger than fail")
        if self.offsets and len(self.offsets) != len(self.neighbours):
            raise ValueError("offsets needs one number for each of the neighbours")
        if self.min_neighbours > len(self.neighbours):
            raise ValueError("min_neighbours is larger than the number of neighbours")

    def others(self) -> tuple[str, ...]:
        """The datastreams it compares with."""
        return self.neighbours


def window(settings: Settings) -> FlagWindow:
    """The age that a neighbour's value may have."""
    return FlagWindow(before_s=settings.stale_after_s)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    offsets = np.array(settings.offsets or (0.0,) * len(settings.neighbours))
    values, waits = partners_at(settings.neighbours, around, series, settings.stale_after_s)
    shifted = values + offsets[:, np.newaxis]
    enough = (np.sum(~np.isnan(shifted), axis=0) >= settings.min_neighbours) & ~waits
    expected = np.full(len(series), np.nan)
    if enough.any():
        expected[enough] = np.nanmedian(shifted[:, enough], axis=0)
    return flag_distances(series, expected, settings.suspect, settings.fail)
