"""Rain storms: which hours of rain belong together, and which of them are worth a word on a chart.

Two wet hours belong to one storm unless DRY_H hours without rain lie between them; a storm of less than LEAST_MM is
none. An hour that nobody measured counts as dry, and makes the depth a least one: in the storm, and so near to it that
its rain would belong to it. So a storm that may still go on has a least depth. Of several gauges the hour counts that
has most: a storm that one of them saw was there.

Source: documentation of RMevents of the USGS package Rainmaker (github.com/USGS-R/Rainmaker): events 6 h apart, 5.1 mm
(0.2 in) at least. Other lengths from 15 min to 24 h are in use (Dunkerley 2008, doi:10.1002/hyp.7122, abstract).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from tailings.series import Times, Values

DRY_H: Final = 6
LEAST_MM: Final = 5.1
HOUR_MS: Final = 3_600_000
ROUNDING_MM: Final = 1e-9
"""Sums of tenths fall short of a round depth by so much."""


class RainStorm(NamedTuple):
    """One storm: Unix ms of the beginning of its first wet hour and the end of its last; the depth that fell.

    is_least: an hour of it, or of the DRY_H before or after it, was not measured, so that more may have fallen.
    """

    start_ms: int
    end_ms: int
    depth_mm: float
    is_least: bool


class RainHours(NamedTuple):
    """The hours of a gauge that were measured, rising. start_ms: int64[n]. depth_mm: float64[n], what fell in each."""

    start_ms: Times
    depth_mm: Values


def of_gauges(gauges: Sequence[RainHours]) -> list[RainStorm]:
    """Return the storms of a facility, the first first; of each hour the gauge counts that has most."""
    known = [one for one in gauges if one.start_ms.size]
    if not known:
        return []
    hours, place = np.unique(np.concatenate([one.start_ms for one in known]), return_inverse=True)
    most: Values = np.zeros(hours.size)
    np.maximum.at(most, place, np.concatenate([one.depth_mm for one in known]))
    return of_hours(RainHours(hours, most))


def of_hours(hours: RainHours) -> list[RainStorm]:
    """Return the storms of measured hours, the first first."""
    wet = np.flatnonzero(hours.depth_mm > 0)
    if not wet.size:
        return []
    dry_ms = np.diff(hours.start_ms[wet]) - HOUR_MS
    parts = np.split(wet, np.flatnonzero(dry_ms >= DRY_H * HOUR_MS) + 1)
    storms = [_storm(hours, int(rows[0]), int(rows[-1])) for rows in parts]
    return [one for one in storms if one.depth_mm >= LEAST_MM - ROUNDING_MM]


def _storm(hours: RainHours, first: int, last: int) -> RainStorm:
    start_ms, end_ms = int(hours.start_ms[first]), int(hours.start_ms[last]) + HOUR_MS
    depth = float(np.sum(hours.depth_mm[first : last + 1]))
    near_ms = DRY_H * HOUR_MS
    measured = np.diff(np.searchsorted(hours.start_ms, (start_ms - near_ms, end_ms + near_ms)))[0]
    return RainStorm(start_ms, end_ms, depth, bool(measured < (end_ms - start_ms + 2 * near_ms) // HOUR_MS))
