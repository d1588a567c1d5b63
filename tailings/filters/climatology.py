"""Climatology: outside what the season usually brings is suspect, outside what it can bring a fail.

A later season overrides an earlier one where both apply; a row in no season is not evaluated. Seasons are told in UTC.

Source: QARTOD's climatology test; flag for flag ioos_qc.qartod.climatology_test with period month or dayofyear and
without depth (read: ioos/ioos_qc, ioos_qc/qartod.py, August 2026).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from tailings.filters import Around
from tailings.series import Flags, Series, Times
from wire import quality as flag

_MS_PER_DAY = 86_400_000
_LONGEST = {"month": 12, "dayofyear": 366}


class Season(Struct, frozen=True, forbid_unknown_fields=True):
    """Months 1-12 or days 1-366 of the year, first and last included, with the spans of good values in them."""

    period: Literal["month", "dayofyear"]
    """What span counts: months, or days of the year."""
    span: tuple[int, int]
    """The first and the last of them, both included."""
    suspect: tuple[float, float]
    """The lowest and the highest value that pass. [of the datastream]"""
    fail: tuple[float, float] | None = None
    """The lowest and the highest value that do not fail. [of the datastream]"""

    def __post_init__(self) -> None:
        first, last = self.span
        if not 1 <= first <= last <= _LONGEST[self.period]:
            raise ValueError(f"span = [{first}, {last}] is not within one year; write two seasons across New Year")
        for name, limits in (("suspect", self.suspect), ("fail", self.fail)):
            if limits is not None and limits[0] >= limits[1]:
                raise ValueError(f"{name} is in the wrong order; write the lower limit first")


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The seasons, in the order in which they apply."""

    seasons: Annotated[tuple[Season, ...], Meta(min_length=1, max_length=400)]
    """The seasons, in the order in which they apply."""


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    value = series.value
    flags = np.full(value.shape, flag.NOT_EVALUATED, dtype=np.uint8)
    calendar = {season.period: _part_of_year(series.time_ms, season.period) for season in settings.seasons}
    for season in settings.seasons:
        part = calendar[season.period]
        applies = (part >= season.span[0]) & (part <= season.span[1])
        good = (value >= season.suspect[0]) & (value <= season.suspect[1])
        flags[applies] = np.where(good[applies], flag.PASS, flag.SUSPECT)
        if season.fail is not None:
            flags[applies & ((value < season.fail[0]) | (value > season.fail[1]))] = flag.FAIL
    flags[np.isnan(value)] = flag.MISSING
    return flags


def _part_of_year(time_ms: Times, period: str) -> Times:
    """Month or day of the year of each row, looked up once for each run of rows of one day."""
    if not time_ms.size:
        return time_ms
    days = time_ms // _MS_PER_DAY
    begins = np.flatnonzero(np.diff(days, prepend=days[0] - 1))
    runs = days[begins].astype("datetime64[D]")
    if period == "month":
        part = runs.astype("datetime64[M]").astype(np.int64) % 12 + 1
    else:
        part = (runs - runs.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64) + 1
    return np.repeat(part, np.diff(begins, append=days.size))
