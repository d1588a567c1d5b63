"""Spike: one value that stands apart from its neighbours in time, and comes back.

average       distance from the mean of the value before and the one after
differential  the smaller of the two steps to it, where they go in opposite directions
trailing      distance from the median of the `rows` values before it: judged at once, without waiting for the next
The first two judge a row only when the next one is there; first and last row, and rows beside a missing one, are not
evaluated.

trailing doubts the first value that is too far away, for nobody can know yet whether it comes back. The next one that
is too far away on the same side shows a run: it passes, and so does all that follows while the run lasts. So of a step,
or of a rise however fast and long, the first value alone is doubted: a plan says at once that a doubted value is past a
level, and is raised by the next reading. That first value stays doubted, in the whole series too: trailing never looks
ahead, and a later verdict makes nothing better. A wild value straight behind a smaller one on its side passes: the
range, and the rate of change, are the tests against those.

Source: QARTOD's spike test; average and differential flag for flag ioos_qc.qartod.spike_test (read: ioos/ioos_qc,
ioos_qc/qartod.py, August 2026). trailing is ours.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from tailings.differences import as_reckoned
from tailings.filters import Around, FlagWindow
from tailings.series import Flags, Series, Values
from wire import quality as flag

Threshold = Annotated[float, Meta(gt=0)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Distances in the datastream's unit above which a value is suspect or fails."""

    suspect: Threshold | None = None
    """The distance from its neighbours in time above which a value is suspect. [of the datastream]"""
    fail: Threshold | None = None
    """The distance above which it fails. [of the datastream]"""
    method: Literal["average", "differential", "trailing"] = "average"
    """average: from the mean of both neighbours; differential: the smaller step; trailing: from the median before."""
    rows: Annotated[int, Meta(ge=2, le=100)] = 5
    """How many rows before count for trailing."""

    def __post_init__(self) -> None:
        if self.suspect is None and self.fail is None:
            raise ValueError("give suspect, fail or both")
        if self.suspect is not None and self.fail is not None and self.suspect > self.fail:
            raise ValueError("suspect must not be larger than fail")


def window(settings: Settings) -> FlagWindow:
    """One row before and after, or the trailing rows of the row itself and of the one before it."""
    if settings.method == "trailing":
        return FlagWindow(before_rows=settings.rows + 1)
    return FlagWindow(before_rows=1, after_rows=1)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    distance = _DISTANCES[settings.method](series.value, settings)
    flags = np.full(distance.shape, flag.PASS, dtype=np.uint8)
    if settings.suspect is not None:
        flags[distance > settings.suspect] = flag.SUSPECT
    if settings.fail is not None:
        flags[distance > settings.fail] = flag.FAIL
    flags[np.isnan(distance)] = flag.NOT_EVALUATED
    flags[np.isnan(series.value)] = flag.MISSING
    return flags


def _average(value: Values, settings: Settings) -> Values:
    distance = np.full(value.shape, np.nan)
    distance[1:-1] = np.abs(value[1:-1] - (value[:-2] + value[2:]) / 2)
    return distance


def _differential(value: Values, settings: Settings) -> Values:
    distance = np.full(value.shape, np.nan)
    step = np.diff(value)
    smaller = np.minimum(np.abs(step[:-1]), np.abs(step[1:]))
    distance[1:-1] = np.where(step[:-1] * step[1:] >= 0, 0.0, smaller)
    return distance


def _trailing(value: Values, settings: Settings) -> Values:
    """Distance of each row, 0 within a run."""
    above = np.full(value.shape, np.nan)
    if value.size > settings.rows:
        before = np.lib.stride_tricks.sliding_window_view(value, settings.rows)[:-1]
        (above[settings.rows :],) = as_reckoned(
            np.abs(value[settings.rows :]), value[settings.rows :] - np.median(before, axis=1)
        )
    distance = np.abs(above)
    limit = settings.fail if settings.suspect is None else settings.suspect
    side = np.where(distance > limit, np.sign(above), 0.0)
    goes_on = (side[1:] != 0) & (side[1:] == side[:-1])
    distance[1:][goes_on] = 0.0
    return distance


_DISTANCES = {"average": _average, "differential": _differential, "trailing": _trailing}
