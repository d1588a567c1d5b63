"""What a test compares with its limit: intervals turned so that above the limit is danger, whatever the test says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tailings.facility.plans import Condition
from tailings.series import Bounded, Mask, Times, Values


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Times int64[n], intervals float64[n] each, and the limit: past when `low` is above it, back when `high` is not.

    Rows of which nothing is known are left out. A row whose interval holds the limit decides nothing: the test may be
    on either side.
    """

    time_ms: Times
    low: Values
    high: Values
    limit: float

    def rows(self, where: Mask) -> Scores:
        """The rows of a mask."""
        return replace(self, time_ms=self.time_ms[where], low=self.low[where], high=self.high[where])

    @property
    def decides(self) -> Mask:
        """Which rows say on which side of the limit the test is, bool[n]."""
        return np.asarray((self.low > self.limit) | (self.high <= self.limit))


def sure_scores(leaf: Condition, readings: Bounded, is_least: Mask | None = None) -> Scores:
    """Scores by the intervals of the readings; is_least: rows that are at least so far in the direction of the test."""
    return _turned(leaf, readings.time_ms, readings.low, readings.high, is_least)


def believed_scores(leaf: Condition, readings: Bounded, is_least: Mask | None = None) -> Scores:
    """Scores by the values as they were read; by the interval where there is no value."""
    value = readings.series.value
    is_read = np.isfinite(value)
    low, high = np.where(is_read, value, readings.low), np.where(is_read, value, readings.high)
    return _turned(leaf, readings.time_ms, low, high, is_least)


def _turned(leaf: Condition, time_ms: Times, low: Values, high: Values, is_least: Mask | None) -> Scores:
    limit = leaf.value or 0.0
    if leaf.test == "below":
        low, high, limit = -high, -low, -limit
    elif leaf.test == "away":
        is_around_zero = (low <= 0) & (high >= 0)
        nearest, furthest = np.minimum(np.abs(low), np.abs(high)), np.maximum(np.abs(low), np.abs(high))
        low, high = np.where(is_around_zero, 0.0, nearest), furthest
    if is_least is not None:
        high = np.where(is_least, np.inf, high)
    says_nothing = (low == (0.0 if leaf.test == "away" else -np.inf)) & (high == np.inf)
    kept = ~says_nothing
    return Scores(time_ms[kept], low[kept], high[kept], limit)
