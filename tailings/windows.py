"""Statistics over sliding windows of unequal length, each from the window's own values alone.

Windows are put together from blocks of 1, 2, 4, ... rows, so a result does not depend on where the series starts (a
running sum would): the newest row of a stream gets to the last bit what it gets in a recalculation of ten years.
Most windows of a chunk have the same length; those are done as whole slices, the few others row by row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tailings.series import Mask, Times, Values

Rows = NDArray[np.intp]
Statistic = Callable[[Values, Rows, Rows], Values]

# Rows worked on at once: a handful of such columns stay in the processor's cache.
_CHUNK_ROWS = 16_384
_ROUNDING = 1e-9


class Moments(NamedTuple):
    """How many values, their mean, and the sum of squared differences from it; numbers or columns."""

    values: Values | float
    mean: Values
    squares: Values


def starts(time_ms: Times, before_ms: int, *, is_open: bool = False) -> Rows:
    """For each row the first row that is at most `before_ms` older (less, when `is_open`), intp[n]."""
    oldest = time_ms - (before_ms - 1 if is_open else before_ms)
    lag = _even_lag(time_ms, oldest)
    if lag is None:
        return np.searchsorted(time_ms, oldest)
    return np.maximum(np.arange(time_ms.size) - lag, 0)


def count_values(value: Values, start: Rows) -> Rows:
    """How many values that are not missing lie in each window, intp[n]."""
    missing = np.isnan(value)
    length = np.arange(1, value.size + 1) - start
    return length - _count(missing, start) if missing.any() else length


def holds(marked: Mask, start: Rows) -> Mask:
    """Whether a marked row lies in each window, bool[n]."""
    return np.asarray(_count(marked, start) > 0)


def _count(marked: Mask, start: Rows) -> Rows:
    before = np.concatenate([[0], np.cumsum(marked)])
    return np.asarray(before[1:] - before[start])


def is_thin(time_ms: Times, value: Values, window_s: float, interval_s: float, share: float) -> Mask:
    """Whether each window, open at its start, lacks too many of its readings, bool[n].

    interval_s: how often a reading is expected. share: of the readings of a full window the least that must be there,
    rounded up. What counts is the time that they cover, an interval each: readings that come faster than expected do
    not stand for hours without any. Half an interval is allowed for readings that come late.
    """
    window_ms, interval_ms = round(window_s * 1000), max(round(interval_s * 1000), 1)
    start = starts(time_ms, window_ms, is_open=True)
    rows, known = np.arange(value.size), np.flatnonzero(~np.isnan(value))
    if known.size == 0:
        return np.ones(time_ms.shape, np.bool_)
    late = np.zeros(time_ms.shape)
    late[known[1:]] = np.maximum(np.diff(time_ms[known]) - interval_ms, 0)
    first = known[np.searchsorted(known, start).clip(max=known.size - 1)]
    last = known[np.searchsorted(known, rows, side="right") - 1]
    before = np.maximum(time_ms[first] - (time_ms - window_ms) - interval_ms, 0)
    lacking = before + total(late, start) - late[first] + (time_ms - time_ms[last])
    needed = max(math.ceil(share * window_s / interval_s - _ROUNDING), 1)
    is_empty = (first < start) | (first > rows)
    return np.asarray(is_empty | (lacking > max(window_ms - (needed - 0.5) * interval_ms, 0.0)))


def extent(value: Values, start: Rows) -> Values:
    """Largest minus smallest value of each window, missing ones left out; NaN where all are missing, float64[n]."""
    return _by_chunks(value, start, _extent)


def lowest(value: Values, start: Rows) -> Values:
    """Smallest value of each window, missing ones left out; NaN where all are missing, float64[n]."""
    return _by_chunks(value, start, _lowest)


def deviation(value: Values, start: Rows) -> Values:
    """Standard deviation (of the whole, not of a sample) of each window; NaN where all are missing, float64[n]."""
    return _by_chunks(value, start, lambda *window: _spread(_moments(*window)))


def mean(value: Values, start: Rows) -> Values:
    """Mean of the values in each window; NaN where all are missing, float64[n]."""
    return _by_chunks(value, start, lambda *window: _mean(_moments(*window)))


def total(value: Values, start: Rows) -> Values:
    """Sum of the values in each window; 0 where all are missing, float64[n]."""
    return _by_chunks(value, start, lambda *window: _total(_moments(*window)))


def decayed(time_ms: Times, value: Values, start: Rows, time_constant_ms: float) -> Values:
    """Sum of each window, each value weighted by exp(-age / time constant); 0 where all are missing, float64[n]."""
    result = np.empty(value.shape)
    for first in range(0, value.size, _CHUNK_ROWS):
        last = min(first + _CHUNK_ROWS, value.size)
        low = int(start[first])
        length, end = np.arange(first, last) - start[first:last] + 1, np.arange(first, last) - low
        result[first:last] = _decayed(time_ms[low:last], np.nan_to_num(value[low:last]), length, end, time_constant_ms)
    return result


def _even_lag(time_ms: Times, oldest: Times) -> int | None:
    """How many rows every window reaches back, when the series is evenly spaced; else None."""
    if time_ms.size < 2:
        return None
    step = int(time_ms[1] - time_ms[0])
    if time_ms[-1] - time_ms[0] != step * (time_ms.size - 1) or np.any(np.diff(time_ms) != step):
        return None
    return max(int(time_ms[0] - oldest[0]) // step, 0)


def _by_chunks(value: Values, start: Rows, statistic: Statistic) -> Values:
    result = np.empty(value.shape)
    for first in range(0, value.size, _CHUNK_ROWS):
        last = min(first + _CHUNK_ROWS, value.size)
        low = int(start[first])
        result[first:last] = statistic(value[low:last], start[first:last] - low, np.arange(first, last) - low)
    return result


def _extent(value: Values, start: Rows, end: Rows) -> Values:
    return -_lowest(-value, start, end) - _lowest(value, start, end)


def _lowest(value: Values, start: Rows, end: Rows) -> Values:
    missing = np.isnan(value)
    if not missing.any():
        return _least(value, start, end)
    low = _least(np.where(missing, np.inf, value), start, end)
    return np.where(low == np.inf, np.nan, low)


def _least(value: Values, start: Rows, end: Rows) -> Values:
    length = end - start + 1
    usual = int(np.argmax(np.bincount(length)))
    blocks = [value]
    for size in _powers(int(np.max(length)) // 2):
        blocks.append(np.minimum(blocks[-1][:-size], blocks[-1][size:]))
    power = usual.bit_length() - 1
    windows, later = value.size - usual + 1, usual - (1 << power)
    whole = np.minimum(blocks[power][:windows], blocks[power][later : later + windows])
    result: Values = whole.take(start, mode="clip")
    rare = np.flatnonzero(length != usual)
    for power, block in enumerate(blocks):
        rows = rare[length[rare] >> power == 1]
        if rows.size:
            result[rows] = np.minimum(block[start[rows]], block[end[rows] - (1 << power) + 1])
    return result


def _decayed(time_ms: Times, value: Values, length: Rows, end: Rows, constant_ms: float) -> Values:
    """Sums of windows from blocks of 1, 2, 4, ... rows; each block counts as of its own last row."""
    found, cursor, block = np.zeros(end.size), end.copy(), value
    for size in _powers(int(np.max(length))):
        if size > 1:
            half = size // 2
            block = (
                block[:-half] * np.exp((time_ms[half - 1 : -half] - time_ms[size - 1 :]) / constant_ms) + block[half:]
            )
        rows = np.flatnonzero(length & size)
        weight = np.exp((time_ms[cursor[rows]] - time_ms[end[rows]]) / constant_ms)
        found[rows] += block[cursor[rows] - size + 1] * weight
        cursor[rows] -= size
    return found


def _moments(value: Values, start: Rows, end: Rows) -> Moments:
    missing = np.isnan(value)
    if missing.any():
        single = Moments((~missing).astype(np.float64), np.where(missing, 0.0, value), np.zeros(value.shape))
    else:
        single = Moments(1.0, value, np.zeros(value.shape))
    length = end - start + 1
    usual = int(np.argmax(np.bincount(length)))
    blocks = list(_blocks(single, int(np.max(length))))
    whole = _of_length(blocks, usual, value.size - usual + 1)
    result = Moments(*(np.broadcast_to(part, whole.mean.shape).take(start, mode="clip") for part in whole))
    rare = np.flatnonzero(length != usual)
    if rare.size:
        for column, part in zip(result, _of_windows(blocks, end[rare], length[rare]), strict=True):
            np.asarray(column)[rare] = part
    return result


def _blocks(single: Moments, longest: int) -> Iterator[Moments]:
    """Moments of every run of 1, 2, 4, ... rows, up to the longest window."""
    block = single
    for size in _powers(longest):
        yield block
        if size < block.mean.size:
            block = _merge(_cut(block, slice(None, -size)), _cut(block, slice(size, None)))


def _of_length(blocks: list[Moments], length: int, windows: int) -> Moments:
    """Moments of the windows of one length that start at row 0, 1, 2, ..."""
    total, cursor = Moments(0.0, np.zeros(windows), np.zeros(windows)), length
    for power, block in enumerate(blocks):
        if length >> power & 1:
            cursor -= 1 << power
            total = _merge(_cut(block, slice(cursor, cursor + windows)), total)
    return total


def _of_windows(blocks: list[Moments], end: Rows, length: Rows) -> Moments:
    """Moments of windows of any length, by their last row."""
    total = Moments(np.zeros(end.size), np.zeros(end.size), np.zeros(end.size))
    cursor = end.copy()
    for power, block in enumerate(blocks):
        rows = np.flatnonzero(length >> power & 1)
        if rows.size:
            cursor[rows] -= 1 << power
            for column, part in zip(total, _merge(_cut(block, cursor[rows] + 1), _cut(total, rows)), strict=True):
                np.asarray(column)[rows] = part
    return total


def _cut(block: Moments, where: slice | Rows) -> Moments:
    values = block.values if isinstance(block.values, float) else block.values[where]
    return Moments(values, block.mean[where], block.squares[where])


def _merge(earlier: Moments, later: Moments) -> Moments:
    """Moments of two adjoining parts (Chan, Golub and LeVeque); a part without values has mean and squares 0."""
    values = earlier.values + later.values
    share = later.values / np.maximum(values, 1.0)
    step = later.mean - earlier.mean
    return Moments(
        values, earlier.mean + step * share, earlier.squares + later.squares + step * step * (earlier.values * share)
    )


def _spread(moments: Moments) -> Values:
    return np.sqrt(moments.squares / np.where(np.asarray(moments.values) > 0, moments.values, np.nan))


def _mean(moments: Moments) -> Values:
    return np.where(np.asarray(moments.values) > 0, moments.mean, np.nan)


def _total(moments: Moments) -> Values:
    return moments.mean * moments.values


def _powers(longest: int) -> Iterator[int]:
    size = 1
    while size <= longest:
        yield size
        size *= 2
