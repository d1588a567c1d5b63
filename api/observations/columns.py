"""Columns of numbers and times as PostgreSQL sends them in binary, read by numpy: no Python object a value."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from codec.postgres_arrays import EPOCH_US, items

Instants = NDArray[np.int64]
Numbers = NDArray[np.float64]

EXACT_POWER: Final = 22
GAP_INTERVALS: Final = 1.5
"""More expected intervals than that between two observations are a gap."""


@dataclass(frozen=True)
class Readings:
    """Observations (n,): Unix microseconds, results (NaN: missing), flags, names of tests."""

    time_us: Instants
    result: Numbers
    quality: NDArray[np.int64]
    tests: list[str | None]

    def __len__(self) -> int:
        return len(self.time_us)

    def slice(self, start: int, stop: int) -> "Readings":
        """Return the observations of these places."""
        part = slice(start, stop)
        return Readings(self.time_us[part], self.result[part], self.quality[part], self.tests[part])

    def of(self, qualities: tuple[int, ...]) -> "Readings":
        """Return the observations with these flags."""
        kept = np.flatnonzero(np.isin(self.quality, qualities))
        tests = [self.tests[index] for index in kept.tolist()]
        return Readings(self.time_us[kept], self.result[kept], self.quality[kept], tests)

    def rounded(self, digits: int) -> "Readings":
        """Return them with results of so many significant digits."""
        return replace(self, result=rounded(self.result, digits))


@dataclass(frozen=True)
class Buckets:
    """Buckets (n,), made of rows (minmax) or of rollups.

    Beginning, minimum, maximum and mean (NaN: none), count, worst flag, first and last time.
    """

    width_s: int
    aggregation: Literal["minmax", "hour", "day"]
    time_us: Instants
    minimum: Numbers
    maximum: Numbers
    mean: Numbers
    count: NDArray[np.int64]
    worst: NDArray[np.int64]
    first_us: Instants
    last_us: Instants

    def take(self, index: NDArray[np.int64]) -> "Buckets":
        """Return the buckets at these places, in this order."""
        return Buckets(
            self.width_s,
            self.aggregation,
            self.time_us[index],
            self.minimum[index],
            self.maximum[index],
            mean=self.mean[index],
            count=self.count[index],
            worst=self.worst[index],
            first_us=self.first_us[index],
            last_us=self.last_us[index],
        )

    def rounded(self, digits: int) -> "Buckets":
        """Return them with values of so many significant digits."""
        minimum, maximum, mean = (rounded(one, digits) for one in (self.minimum, self.maximum, self.mean))
        return replace(self, minimum=minimum, maximum=maximum, mean=mean)


def instants(array: bytes | None) -> Instants:
    """Return Unix microseconds from a binary timestamptz[] without NULLs; None is empty."""
    return items(array, ">i8").astype(np.int64) + EPOCH_US


def numbers(array: bytes | None) -> Numbers:
    """Return float64 from a binary float8[] without NULLs; None is empty."""
    return items(array, ">f8").astype(np.float64)


def integers(array: bytes | None, kind: str) -> NDArray[np.int64]:
    """Return int64 from a binary int2[] (kind '>i2') or int8[] ('>i8') without NULLs; None is empty."""
    return items(array, kind).astype(np.int64)


def spread(time_us: Instants, texts: list[str] | None, at_us: Instants) -> list[str | None]:
    """Return a text or None for each time; `texts` are those of the times `at_us`, both in order of time."""
    found: list[str | None] = [None] * len(time_us)
    for place, text in zip(np.searchsorted(time_us, at_us).tolist(), texts or (), strict=True):
        found[place] = text
    return found


def or_null(values: Numbers) -> list[float | None]:
    """Return a list for JSON, in which NaN is None."""
    listed: list[float | None] = values.tolist()
    for index in np.flatnonzero(np.isnan(values)).tolist():
        listed[index] = None
    return listed


def rounded(values: Numbers, digits: int) -> Numbers:
    """Return each value with so many significant digits, which makes a text of half the length.

    NaN, 0 and what would need a power of ten above 10^22 stay as they are: up to there powers are exact, and the
    quotient is the float nearest to the decimal number.
    """
    with np.errstate(divide="ignore"):
        places = digits - 1 - np.floor(np.log10(np.abs(values)))
    is_exact = np.abs(places) <= EXACT_POWER
    known = np.where(is_exact, places, 0)
    up, down = 10.0 ** np.maximum(known, 0), 10.0 ** np.maximum(-known, 0)
    return np.where(is_exact, np.round(values / down * up) / up * down, values)


def gaps(before_us: Instants, after_us: Instants, expected_interval_s: float | None) -> NDArray[np.int64]:
    """Return (k, 2) Unix microseconds: each pair before[i], after[i+1] that is more than 1.5 intervals apart."""
    if expected_interval_s is None or len(before_us) < 2:
        return np.empty((0, 2), np.int64)
    start, end = before_us[:-1], after_us[1:]
    is_gap = end - start > GAP_INTERVALS * expected_interval_s * 1e6
    return np.column_stack((start[is_gap], end[is_gap]))
