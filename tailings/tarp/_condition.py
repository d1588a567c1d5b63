"""One test of one datastream over time: past its limit long enough, and back behind its hysteresis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tailings.facility.plans import Condition
from tailings.series import Mask, Series, Times, Values, join, latest_at
from tailings.tarp._against import Against, differences, usable

_MS_PER_H = 3_600_000.0


@dataclass(frozen=True, slots=True)
class LeafMemory:
    """What one test must remember between pieces.

    Whether it is met; its present run past the limit (since when, how many rows, its last row); when the datastream
    had its last usable row; the usable rows that a rate still looks back at; the rows that wait for the datastream
    they are held against, when that had its last usable row, and its rows that are still needed.
    """

    is_met: bool = False
    run_start_ms: int = 0
    run_rows: int = 0
    run_last_ms: int = 0
    usable_ms: int | None = None
    recent: Series | None = None
    pending: Series | None = None
    reference_ms: int | None = None
    reference: Series | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """When a datastream had usable rows, int64[m]; the last one before them; how long a silence may be."""

    datastream: str
    usable_ms: Times
    before_ms: int | None
    stale_after_ms: int

    def stale_at(self, time_ms: Times) -> Mask:
        """Whether the last usable row is too old at each time, or there was none yet."""
        never = np.iinfo(np.int64).min // 2
        last = np.full(time_ms.shape, never if self.before_ms is None else self.before_ms)
        if self.usable_ms.size:
            rows = np.searchsorted(self.usable_ms, time_ms, side="right") - 1
            last = np.where(rows >= 0, self.usable_ms[rows], last)
        return np.asarray(time_ms - last > self.stale_after_ms)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Whether a test is met, from each of these times on, bool[n]; `was_met` holds until the first of them."""

    time_ms: Times
    is_met: Mask
    was_met: bool
    months: tuple[int, ...]
    offset_ms: int
    heard: tuple[Heard, ...]

    def met_at(self, time_ms: Times) -> Mask:
        """Whether the test is met at each time."""
        is_in_season = _is_in(self.months, time_ms + self.offset_ms)
        if self.time_ms.size == 0:
            return is_in_season & self.was_met
        rows = np.searchsorted(self.time_ms, time_ms, side="right") - 1
        return is_in_season & np.where(rows >= 0, self.is_met[rows], self.was_met)

    def stale_at(self, time_ms: Times) -> Mask:
        """Whether the datastream, or what it is held against, has been silent for too long at each time."""
        return np.any([one.stale_at(time_ms) for one in self.heard], axis=0)


def follow(
    leaf: Condition,
    series: Series,
    memory: LeafMemory,
    stale_after_ms: int,
    against: Against | None = None,
    offset_ms: int = 0,
) -> tuple[Steps, LeafMemory]:
    """Carry one test on over rows that follow those of the memory; offset_ms: the facility's clock ahead of UTC."""
    fresh = usable(series)
    heard = [Heard(leaf.datastream or "", fresh.time_ms, memory.usable_ms, stale_after_ms)]
    seen = memory if len(fresh) == 0 else replace(memory, usable_ms=int(fresh.time_ms[-1]))
    is_final: Mask | None = None
    tested = fresh
    if leaf.rate_over_s is not None and len(fresh):
        tested, recent = _rates(leaf.rate_over_s, fresh, memory, stale_after_ms)
        seen = replace(seen, recent=recent)
    if leaf.against is not None and against is not None:
        other = usable(against.fresh)
        heard.append(Heard(leaf.against.datastream, other.time_ms, memory.reference_ms, against.stale_after_ms))
        waited = join([part for part in (memory.pending, fresh) if part is not None and len(part)])
        found = differences(leaf.against, waited, memory.reference, against)
        tested, is_final = found.tested, found.is_final
        last_ms = int(other.time_ms[-1]) if len(other) else memory.reference_ms
        seen = replace(seen, pending=found.pending, reference=found.reference, reference_ms=last_ms)
    is_met, after = _judge(leaf, tested, is_final, seen, stale_after_ms, offset_ms)
    return Steps(tested.time_ms, is_met, memory.is_met, leaf.months, offset_ms, tuple(heard)), after


def _judge(
    leaf: Condition, tested: Series, is_final: Mask | None, memory: LeafMemory, stale_after_ms: int, offset_ms: int
) -> tuple[Mask, LeafMemory]:
    """Carry the test on over its rows; what is not final counts now and is not remembered."""
    if is_final is None or bool(is_final.all()):
        return _carry(leaf, tested, memory, stale_after_ms, offset_ms)
    is_met, after = _carry(leaf, tested.rows(is_final), memory, stale_after_ms, offset_ms)
    provisional, _ = _carry(leaf, tested.rows(~is_final), after, stale_after_ms, offset_ms)
    return np.concatenate([is_met, provisional]), after


def _carry(
    leaf: Condition, tested: Series, memory: LeafMemory, stale_after_ms: int, offset_ms: int
) -> tuple[Mask, LeafMemory]:
    if len(tested) == 0:
        return np.zeros(0, np.bool_), memory
    is_past, is_back = _compare(leaf, tested.value)
    is_in_season = _is_in(leaf.months, tested.time_ms + offset_ms)
    is_past, is_back = is_past & is_in_season, is_back | ~is_in_season
    run_rows, run_start_ms = _runs(tested.time_ms, is_past, memory, stale_after_ms)
    is_raised = is_past & (run_rows >= leaf.for_n) & (tested.time_ms - run_start_ms >= leaf.for_s * 1000)
    is_met = _hold(is_raised, is_back, memory.is_met)
    return is_met, replace(
        memory,
        is_met=bool(is_met[-1]),
        run_start_ms=int(run_start_ms[-1]),
        run_rows=int(run_rows[-1]),
        run_last_ms=int(tested.time_ms[-1]),
    )


def _is_in(months: tuple[int, ...], local_ms: Times) -> Mask:
    if not months:
        return np.ones(local_ms.shape, dtype=np.bool_)
    month = local_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.isin(month, months)


def _compare(leaf: Condition, value: Values) -> tuple[Mask, Mask]:
    limit = leaf.value or 0.0
    if leaf.test == "away":
        value = np.abs(value)
    if leaf.test != "below":
        return value > limit, value <= limit - leaf.hysteresis
    return value < limit, value >= limit + leaf.hysteresis


def _runs(time_ms: Times, is_past: Mask, memory: LeafMemory, stale_after_ms: int) -> tuple[Times, Times]:
    """How many rows in a row were past the limit, and since when; 0 rows where the present one is not."""
    index = np.arange(time_ms.size)
    goes_on = np.zeros(time_ms.size, dtype=np.bool_)
    goes_on[1:] = is_past[:-1] & (np.diff(time_ms) <= stale_after_ms)
    goes_on[0] = memory.run_rows > 0 and time_ms[0] - memory.run_last_ms <= stale_after_ms
    first = np.maximum.accumulate(np.where(goes_on & is_past, -1, index))
    rows = np.where(first >= 0, index - first + 1, index + 1 + memory.run_rows)
    since = np.where(first >= 0, time_ms[first], memory.run_start_ms)
    return np.where(is_past, rows, 0).astype(np.int64), np.where(is_past, since, 0).astype(np.int64)


def _hold(is_raised: Mask, is_back: Mask, before: bool) -> Mask:
    index = np.arange(is_raised.size)
    raised = np.maximum.accumulate(np.where(is_raised, index, -1))
    back = np.maximum.accumulate(np.where(is_back, index, -1))
    return np.where((raised < 0) & (back < 0), before, raised > back)


def _rates(over_s: float, usable: Series, memory: LeafMemory, stale_after_ms: int) -> tuple[Series, Series]:
    """Change per hour against the last usable value at least `over_s` ago (not staler than that), and what to keep."""
    known = join([memory.recent, usable]) if memory.recent is not None and len(memory.recent) else usable
    over_ms = round(over_s * 1000)
    earlier = latest_at(known, usable.time_ms - over_ms)
    spans_ms = usable.time_ms - known.time_ms[earlier]
    is_known = (earlier >= 0) & (spans_ms <= over_ms + stale_after_ms)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate_per_h = (usable.value - known.value[earlier]) / (spans_ms / _MS_PER_H)
    rated = usable.rows(is_known)
    keep = max(int(latest_at(known, usable.time_ms[-1:] - over_ms)[0]), 0)
    return Series(rated.time_ms, rate_per_h[is_known], rated.quality), known.rows(slice(keep, None))
