"""The difference of a datastream from what it is held against: another one, a neighbour, or a line fitted to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tailings.differences import as_reckoned
from tailings.facility.plans import Reference
from tailings.series import Bounded, Mask, Series, join_bounded, latest_at

MAX_PENDING = 5_000
"""Rows that wait for the other datastream; when there are more, the oldest are compared with what is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Fresh rows of the other datastream. `is_whole`: nothing older can follow, so that no row has to wait for it."""

    fresh: Bounded
    stale_after_ms: int
    is_whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class ViewDifference:
    """Differences of one view, and which of them are final."""

    readings: Bounded
    is_final: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Both views of the differences, and what must be kept of both datastreams."""

    sure: ViewDifference
    believed: ViewDifference
    pending: Bounded
    reference: Bounded


def differences(to: Reference, own: Bounded, other: Bounded, against: Against, reached_ms: int | None) -> Differences:
    """Hold `own` (those that waited among them) against the other datastream, at each of its times.

    other: its rows that say anything, kept and fresh. reached_ms: the time of its newest row of any kind; None: none
    yet. A row without a value of the other one, not staler than it may be, has no difference and is left out.
    """
    delay_ms = round(to.delay_s * 1000)
    is_final = _is_final(own, None if reached_ms is None else reached_ms + delay_ms, against.is_whole)
    pending = own.rows(~is_final)
    first_ms = (pending.time_ms[:1] if len(pending) else own.time_ms[-1:]) - delay_ms
    sure = _bounded(other)
    believed = _as_read(other)
    reference = _needed(other, sure, first_ms)
    return Differences(
        _view(to, own, is_final, sure, against.stale_after_ms),
        _view(to, _as_read(own), is_final[np.isfinite(own.series.value)], believed, against.stale_after_ms),
        pending,
        reference,
    )


def _view(to: Reference, own: Bounded, is_final: Mask, other: Bounded, stale_after_ms: int) -> ViewDifference:
    then_ms = own.time_ms - round(to.delay_s * 1000)
    at = latest_at(other.series, then_ms)
    is_known = at >= 0
    if len(other):
        is_known &= then_ms - other.time_ms[at] <= stale_after_ms
    rows, at = own.rows(is_known), at[is_known]
    expected, low, high = (to.offset + to.factor * ends[at] for ends in (other.series.value, other.low, other.high))
    low, high = np.minimum(low, high), np.maximum(low, high)
    size = np.maximum(np.abs(rows.series.value), np.abs(expected))
    value, low, high = as_reckoned(size, rows.series.value - expected, rows.low - high, rows.high - low)
    differed = Series(rows.time_ms, value, rows.series.quality)
    return ViewDifference(Bounded(differed, low, high), is_final[is_known])


def _bounded(readings: Bounded) -> Bounded:
    return readings.rows((readings.low > -np.inf) & (readings.high < np.inf))


def _as_read(readings: Bounded) -> Bounded:
    read = readings.rows(np.isfinite(readings.series.value))
    return Bounded(read.series, read.series.value, read.series.value)


def _needed(other: Bounded, sure: Bounded, first_ms: np.ndarray) -> Bounded:
    """The rows of the other one that later rows are held against: from the last before `first_ms` on, in each view."""
    if not first_ms.size or not len(other):
        return other
    first = int(latest_at(other.series, first_ms)[0])
    before = int(latest_at(sure.series, first_ms)[0])
    if before >= 0:
        first = min(first, int(np.searchsorted(other.time_ms, sure.time_ms[before])))
    return other.rows(slice(max(first, 0), None))


def _is_final(own: Bounded, reached_ms: int | None, is_whole: bool) -> Mask:
    if is_whole:
        return np.ones(len(own), dtype=np.bool_)
    is_final = np.zeros(len(own), np.bool_) if reached_ms is None else own.time_ms <= reached_ms
    is_final[: max(len(own) - MAX_PENDING, 0)] = True
    return is_final


def joined(kept: Bounded | None, fresh: Bounded) -> Bounded:
    """What was kept and what follows it."""
    return join_bounded([part for part in (kept, fresh) if part is not None and len(part)])
