"""A series: times, values and quality of one datastream, side by side as numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wire import quality as flag

Times = NDArray[np.int64]
Values = NDArray[np.float64]
Flags = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Observations of one datastream, oldest first.

    time_ms: int64[n], Unix milliseconds, strictly increasing. value: float64[n], NaN = missing, never infinite.
    quality: uint8[n], QARTOD flag, 9 exactly where the value is NaN. Raises ValueError when they do not fit together.
    """

    time_ms: Times
    value: Values
    quality: Flags

    def __post_init__(self) -> None:
        if not self.time_ms.shape == self.value.shape == self.quality.shape or self.time_ms.ndim != 1:
            raise ValueError("times, values and quality must be one-dimensional and equally long")
        if self.time_ms.size > 1 and not (self.time_ms[1:] > self.time_ms[:-1]).all():
            raise ValueError("times must be strictly increasing; sort them and drop repeats first")

    @classmethod
    def of(cls, time_ms: ArrayLike, value: ArrayLike, quality: ArrayLike | None = None) -> Series:
        """Make a series from anything numpy can read; without quality the values are not evaluated (2)."""
        times = np.atleast_1d(np.asarray(time_ms, dtype=np.int64))
        values = np.atleast_1d(np.asarray(value, dtype=np.float64))
        if quality is None:
            flags: Flags = np.full(values.shape, flag.NOT_EVALUATED, dtype=np.uint8)
        else:
            flags = np.array(quality, dtype=np.uint8, ndmin=1)
        if np.any(np.isinf(values)):
            raise ValueError("a value is infinite; a reading that does not exist is NaN")
        flags[np.isnan(values)] = flag.MISSING
        return cls(times, np.where(flags == flag.MISSING, np.nan, values), flags)

    @classmethod
    def empty(cls) -> Series:
        """A series without observations."""
        return cls.of([], [])

    def __len__(self) -> int:
        return int(self.time_ms.size)

    def rows(self, where: slice | NDArray[Any]) -> Series:
        """The rows that a slice, mask or increasing index selects."""
        return Series(self.time_ms[where], self.value[where], self.quality[where])

    def since(self, time_ms: int) -> Series:
        """The rows at or after a time."""
        return self.rows(slice(int(np.searchsorted(self.time_ms, time_ms)), None))


def is_sure(quality: Flags) -> Mask:
    """Where a value acts as it is: it passed, or nothing looked at it."""
    return np.asarray((quality == flag.PASS) | (quality == flag.NOT_EVALUATED))


@dataclass(frozen=True, slots=True, eq=False)
class Bounded:
    """A series with the interval in which each true value lies.

    low, high: float64[n]. Both are the value where it passed or was not evaluated; -inf and inf where nothing is known.
    A missing value may have an interval all the same, where the reason for its absence says one.
    """

    series: Series
    low: Values
    high: Values

    def __post_init__(self) -> None:
        if not self.series.value.shape == self.low.shape == self.high.shape:
            raise ValueError("low and high need one number for each row")

    @classmethod
    def of(cls, series: Series) -> Bounded:
        """The intervals of a series of which nothing but the quality is known: those of suspect values are endless."""
        sure = is_sure(series.quality)
        return cls(series, np.where(sure, series.value, -np.inf), np.where(sure, series.value, np.inf))

    @classmethod
    def empty(cls) -> Bounded:
        """A series without observations."""
        return cls.of(Series.empty())

    def __len__(self) -> int:
        return len(self.series)

    @property
    def time_ms(self) -> Times:
        """The times of the series."""
        return self.series.time_ms

    def rows(self, where: slice | NDArray[Any]) -> Bounded:
        """The rows that a slice, mask or increasing index selects."""
        return Bounded(self.series.rows(where), self.low[where], self.high[where])


def join(parts: Sequence[Series]) -> Series:
    """Put series of one datastream that follow each other in time behind one another."""
    if not parts:
        return Series.empty()
    return Series(
        np.concatenate([part.time_ms for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.quality for part in parts]),
    )


def latest_at(series: Series, time_ms: Times) -> NDArray[np.intp]:
    """For each time the row of the last observation at or before it, -1 where there is none."""
    return np.searchsorted(series.time_ms, time_ms, side="right") - 1


def join_bounded(parts: Sequence[Bounded]) -> Bounded:
    """Put bounded series of one datastream that follow each other in time behind one another."""
    if not parts:
        return Bounded.empty()
    return Bounded(
        join([part.series for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
    )
