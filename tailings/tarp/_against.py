"""The difference of a datastream from what it is held against: another one, a neighbour, or a line fitted to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tailings.facility.plans import Reference
from tailings.series import Mask, Series, join, latest_at
from wire import quality as flag

MAX_PENDING = 5_000
"""Rows that wait for the other datastream; when there are more, the oldest are compared with what is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Fresh rows of the other datastream. `is_whole`: nothing older can follow, so that no row has to wait for it."""

    fresh: Series
    stale_after_ms: int
    is_whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Differences as a series, which of them are final, and what must be kept of both datastreams."""

    tested: Series
    is_final: Mask
    pending: Series
    reference: Series


def usable(series: Series) -> Series:
    """The rows that a plan may look at: passed, or not evaluated."""
    return series.rows((series.quality == flag.PASS) | (series.quality == flag.NOT_EVALUATED))


def differences(to: Reference, own: Series, kept: Series | None, against: Against) -> Differences:
    """Hold `own` (usable rows, those that waited among them) against the other datastream, at each of its times.

    A row without a value of the other one, not staler than it may be, has no difference and is left out.
    """
    other = join([part for part in (kept, usable(against.fresh)) if part is not None and len(part)])
    delay_ms = round(to.delay_s * 1000)
    then_ms = own.time_ms - delay_ms
    at = latest_at(other, then_ms)
    is_known = at >= 0
    if len(other):
        is_known &= then_ms - other.time_ms[at] <= against.stale_after_ms
        value = own.value - (to.offset + to.factor * other.value[at])
    else:
        value = np.zeros(len(own))
    is_final = _is_final(own, int(other.time_ms[-1]) + delay_ms if len(other) else None, against.is_whole)
    pending = own.rows(~is_final)
    first_ms = (pending.time_ms[:1] if len(pending) else own.time_ms[-1:]) - delay_ms
    first = int(latest_at(other, first_ms)[0]) if len(first_ms) else 0
    tested = Series(own.time_ms[is_known], value[is_known], own.quality[is_known])
    return Differences(tested, is_final[is_known], pending, other.rows(slice(max(first, 0), None)))


def _is_final(own: Series, reached_ms: int | None, is_whole: bool) -> Mask:
    if is_whole:
        return np.ones(len(own), dtype=np.bool_)
    is_final = np.zeros(len(own), np.bool_) if reached_ms is None else own.time_ms <= reached_ms
    is_final[: max(len(own) - MAX_PENDING, 0)] = True
    return is_final
