"""One test of one datastream over time: past its trigger level long enough, and back behind its hysteresis.

A test is followed twice. Sure: a value counts by the end of its interval that lies away from danger, so that only what
is certainly past raises and only what is certainly back clears. Believed: a suspect value counts as it is read. Where
believed is past and sure is not, a suspect value alone is past.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tailings.differences import as_reckoned
from tailings.facility.plans import Condition
from tailings.series import Bounded, Mask, Times, latest_at
from tailings.tarp._against import Against, ViewDifference, differences, joined
from tailings.tarp._runs import FollowedTest, RunRule, TestRun, is_in
from tailings.tarp._scores import Scores, believed_scores, sure_scores
from wire import quality as flag

_MS_PER_H = 3_600_000.0


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest row of a datastream, whatever its quality (0: there was none), and the newest that could be used."""

    time_ms: int = 0
    quality: int = 0
    usable_ms: int | None = None

    def after(self, readings: Bounded, usable_ms: Times) -> Newest:
        """With rows that follow, and the times of those that can be used."""
        found = self
        if len(readings):
            found = replace(found, time_ms=int(readings.time_ms[-1]), quality=int(readings.series.quality[-1]))
        return replace(found, usable_ms=int(usable_ms[-1])) if usable_ms.size else found


@dataclass(frozen=True, slots=True)
class LeafMemory:
    """What one test must remember between pieces.

    Its two runs; the newest rows of the datastream and of the one it is held against; the rows that a rate still looks
    back at; the rows that wait for the datastream they are held against, and the rows of that which are still needed.
    """

    sure: TestRun = field(default_factory=TestRun)
    believed: TestRun = field(default_factory=TestRun)
    newest: Newest = Newest()
    reference_newest: Newest = Newest()
    recent: Bounded | None = None
    pending: Bounded | None = None
    reference: Bounded | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """When a datastream had usable rows, int64[m]; its newest rows before and after; how long a silence may be."""

    datastream: str
    usable_ms: Times
    before: Newest
    after: Newest
    stale_after_ms: int

    def stale_at(self, time_ms: Times) -> Mask:
        """Whether the last usable row is too old at each time, or there was none yet."""
        never = np.iinfo(np.int64).min // 2
        last = np.full(time_ms.shape, never if self.before.usable_ms is None else self.before.usable_ms)
        if self.usable_ms.size:
            rows = np.searchsorted(self.usable_ms, time_ms, side="right") - 1
            last = np.where(rows >= 0, self.usable_ms[rows], last)
        return np.asarray(time_ms - last > self.stale_after_ms)


@dataclass(frozen=True, slots=True, eq=False)
class TestSteps:
    """A test over one stretch of time, sure and believed, and when its datastreams were heard of."""

    sure: FollowedTest
    believed: FollowedTest
    heard: tuple[Heard, ...]
    months: tuple[int, ...] = ()
    offset_ms: int = 0

    def met_at(self, time_ms: Times) -> Mask:
        """Whether the test is met at each time, by what is sure."""
        return self.in_season_at(time_ms) & self.sure.at(time_ms)

    def believed_at(self, time_ms: Times) -> Mask:
        """Whether the test is met at each time when suspect values are believed."""
        return self.in_season_at(time_ms) & self.believed.at(time_ms)

    def in_season_at(self, time_ms: Times) -> Mask:
        """Whether the test holds in the month of each time."""
        return is_in(self.months, time_ms + self.offset_ms)

    def stale_at(self, time_ms: Times) -> Mask:
        """Whether the datastream, or what it is held against, has said nothing usable for too long at each time."""
        return np.any([one.stale_at(time_ms) for one in self.heard], axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class _Tested:
    """What is compared with the limit, in both views; which rows are final (None: all); what was heard and is kept."""

    sure: Scores
    believed: Scores
    heard: tuple[Heard, ...]
    seen: LeafMemory
    is_sure_final: Mask | None = None
    is_believed_final: Mask | None = None


def follow(
    leaf: Condition,
    readings: Bounded,
    memory: LeafMemory,
    stale_after_ms: int,
    against: Against | None = None,
    offset_ms: int = 0,
) -> tuple[TestSteps, LeafMemory]:
    """Carry one test on over rows that follow those of the memory; offset_ms: the facility's clock ahead of UTC."""
    if leaf.against is not None and against is not None:
        tested = _held_against(leaf, readings, memory, stale_after_ms, against)
    elif leaf.rate_over_s is not None:
        tested = _by_rate(leaf, readings, memory, stale_after_ms)
    else:
        tested = _by_value(leaf, readings, memory, stale_after_ms)
    rule = RunRule(leaf, stale_after_ms, offset_ms)
    sure, sure_run = rule.carry(tested.sure, tested.is_sure_final, memory.sure)
    believed, believed_run = rule.carry(tested.believed, tested.is_believed_final, memory.believed)
    steps = TestSteps(sure, believed, tested.heard, leaf.months, offset_ms)
    return steps, replace(tested.seen, sure=sure_run, believed=believed_run)


def _says_something(readings: Bounded) -> Bounded:
    """The rows with a value that did not fail, or with an interval that ends somewhere."""
    quality = readings.series.quality
    is_read = (quality != flag.FAIL) & (quality != flag.MISSING)
    return readings.rows(is_read | (readings.low > -np.inf) | (readings.high < np.inf))


def _is_bounded(readings: Bounded) -> Mask:
    return np.asarray((readings.low > -np.inf) & (readings.high < np.inf))


def _by_value(leaf: Condition, readings: Bounded, memory: LeafMemory, stale_after_ms: int) -> _Tested:
    known = _says_something(readings)
    sure = sure_scores(leaf, known)
    usable_ms = sure.time_ms[sure.decides]
    newest = memory.newest.after(readings, usable_ms)
    heard = Heard(leaf.datastream or "", usable_ms, memory.newest, newest, stale_after_ms)
    return _Tested(sure, believed_scores(leaf, known), (heard,), replace(memory, newest=newest))


def _held_against(
    leaf: Condition, readings: Bounded, memory: LeafMemory, stale_after_ms: int, against: Against
) -> _Tested:
    assert leaf.against is not None
    known, fresh = _says_something(readings), _says_something(against.fresh)
    other_usable_ms = fresh.time_ms[_is_bounded(fresh)]
    other_newest = memory.reference_newest.after(against.fresh, other_usable_ms)
    reached_ms = other_newest.time_ms if other_newest.quality else None
    own, other = joined(memory.pending, known), joined(memory.reference, fresh)
    found = differences(leaf.against, own, other, against, reached_ms)
    sure, is_sure_final = _final(sure_scores(leaf, found.sure.readings), found.sure)
    believed, is_believed_final = _final(believed_scores(leaf, found.believed.readings), found.believed)
    bounded_ms = known.time_ms[_is_bounded(known)]
    usable_ms = bounded_ms[~np.isin(bounded_ms, sure.time_ms[~sure.decides])]
    newest = memory.newest.after(readings, usable_ms)
    stale_ms = against.stale_after_ms
    heard = (
        Heard(leaf.datastream or "", usable_ms, memory.newest, newest, stale_after_ms),
        Heard(leaf.against.datastream, other_usable_ms, memory.reference_newest, other_newest, stale_ms),
    )
    seen = replace(
        memory, newest=newest, reference_newest=other_newest, pending=found.pending, reference=found.reference
    )
    return _Tested(sure, believed, heard, seen, is_sure_final, is_believed_final=is_believed_final)


def _final(scores: Scores, found: ViewDifference) -> tuple[Scores, Mask]:
    """Which of the scores are final: those that say nothing were left out of them."""
    return scores, found.is_final[np.searchsorted(found.readings.time_ms, scores.time_ms)]


def _by_rate(leaf: Condition, readings: Bounded, memory: LeafMemory, stale_after_ms: int) -> _Tested:
    known, over_ms = _says_something(readings), round((leaf.rate_over_s or 0.0) * 1000)
    history = joined(memory.recent, known)
    is_bounded = _is_bounded(history)
    span = _Span(over_ms, stale_after_ms, int(known.time_ms[0]) if len(known) else None)
    sure = sure_scores(leaf, *span.rates(history.rows(is_bounded)))
    read = history.rows(np.isfinite(history.series.value))
    as_read = Bounded(read.series, read.series.value, read.series.value)
    believed = believed_scores(leaf, *span.rates(as_read))
    usable_ms = sure.time_ms[sure.decides]
    newest = memory.newest.after(readings, usable_ms)
    heard = Heard(leaf.datastream or "", usable_ms, memory.newest, newest, stale_after_ms)
    seen = replace(memory, newest=newest, recent=span.still_needed(history, is_bounded))
    return _Tested(sure, believed, (heard,), seen)


@dataclass(frozen=True, slots=True)
class _Span:
    """Over how long a rate goes, how late its earlier value may be, and the first row that is new (None: none is)."""

    over_ms: int
    stale_after_ms: int
    first_ms: int | None

    def rates(self, known: Bounded) -> tuple[Bounded, Mask]:
        """Change per hour of each new row against the last value at least `over_ms` before, and where it is a mean.

        Where that value is older than it may be (an outage lies between), the change is a mean across the gap: for a
        while it may have been faster, so that such a rate can raise, and clears nothing.
        """
        new = 0 if self.first_ms is None else len(known) - int(np.searchsorted(known.time_ms, self.first_ms))
        fresh = known.rows(slice(len(known) - new, None))
        earlier = latest_at(known.series, fresh.time_ms - self.over_ms)
        fresh, earlier = fresh.rows(earlier >= 0), earlier[earlier >= 0]
        spans_ms = fresh.time_ms - known.time_ms[earlier]
        hours = spans_ms / _MS_PER_H
        size = np.maximum(np.abs(fresh.series.value), np.abs(known.series.value[earlier])) / hours
        changes = (
            fresh.series.value - known.series.value[earlier],
            fresh.low - known.high[earlier],
            fresh.high - known.low[earlier],
        )
        value, low, high = as_reckoned(size, *(one / hours for one in changes))
        return Bounded(replace(fresh.series, value=value), low, high), spans_ms > self.over_ms + self.stale_after_ms

    def still_needed(self, history: Bounded, is_bounded: Mask) -> Bounded:
        """The rows that later rates look back at: in each view from the last one `over_ms` before the newest on."""
        if not len(history):
            return history
        then_ms = int(history.time_ms[-1]) - self.over_ms
        end = int(np.searchsorted(history.time_ms, then_ms, side="right"))
        before = np.flatnonzero(is_bounded[:end])
        first = min(end - 1, int(before[-1])) if before.size else end - 1
        return history.rows(slice(max(first, 0), None))
