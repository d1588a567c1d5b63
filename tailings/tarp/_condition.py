"""One test of one datastream over time: past its trigger level long enough, and back behind its hysteresis.

A test is followed twice. Sure: a value counts by the end of its interval that lies away from danger, so that only what
is certainly past raises and only what is certainly back clears. Believed: a suspect value counts as it is read. Where
believed is past and sure is not, a suspect value alone is past.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tailings.facility.plans import Condition
from tailings.series import Bounded, Mask, Times, latest_at
from tailings.tarp._against import Against, Difference, differences, joined
from tailings.tarp._scores import Scores, believed_scores, sure_scores
from wire import quality as flag

_MS_PER_H = 3_600_000.0


@dataclass(frozen=True, slots=True)
class Run:
    """Whether a test is met, and its present run of readings past the limit: how many, since when, the last reading.

    low, high: the interval of the last reading, turned so that above is danger; None: endless, or there was none.
    """

    is_met: bool = False
    rows: int = 0
    start_ms: int = 0
    last_ms: int = 0
    low: float | None = None
    high: float | None = None


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

    sure: Run = Run()
    believed: Run = Run()
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
class Followed:
    """Whether a test is met from each of these times on, bool[n]; `was_met` holds until the first of them."""

    time_ms: Times = field(default_factory=lambda: np.zeros(0, np.int64))
    is_met: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    was_met: bool = False

    def at(self, time_ms: Times) -> Mask:
        """Whether it is met at each time."""
        if self.time_ms.size == 0:
            return np.full(time_ms.shape, self.was_met)
        rows = np.searchsorted(self.time_ms, time_ms, side="right") - 1
        return np.where(rows >= 0, self.is_met[rows], self.was_met)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A test over one stretch of time, sure and believed, and when its datastreams were heard of."""

    sure: Followed
    believed: Followed
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
        return _is_in(self.months, time_ms + self.offset_ms)

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
) -> tuple[Steps, LeafMemory]:
    """Carry one test on over rows that follow those of the memory; offset_ms: the facility's clock ahead of UTC."""
    if leaf.against is not None and against is not None:
        tested = _held_against(leaf, readings, memory, stale_after_ms, against)
    elif leaf.rate_over_s is not None:
        tested = _by_rate(leaf, readings, memory, stale_after_ms)
    else:
        tested = _by_value(leaf, readings, memory, stale_after_ms)
    rule = _Rule(leaf, stale_after_ms, offset_ms)
    sure, sure_run = rule.carry(tested.sure, tested.is_sure_final, memory.sure)
    believed, believed_run = rule.carry(tested.believed, tested.is_believed_final, memory.believed)
    steps = Steps(sure, believed, tested.heard, leaf.months, offset_ms)
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
    return _Tested(sure, believed, heard, seen, is_sure_final, is_believed_final)


def _final(scores: Scores, found: Difference) -> tuple[Scores, Mask]:
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
        rate = replace(fresh.series, value=(fresh.series.value - known.series.value[earlier]) / hours)
        low, high = (fresh.low - known.high[earlier]) / hours, (fresh.high - known.low[earlier]) / hours
        return Bounded(rate, low, high), spans_ms > self.over_ms + self.stale_after_ms

    def still_needed(self, history: Bounded, is_bounded: Mask) -> Bounded:
        """The rows that later rates look back at: in each view from the last one `over_ms` before the newest on."""
        if not len(history):
            return history
        then_ms = int(history.time_ms[-1]) - self.over_ms
        end = int(np.searchsorted(history.time_ms, then_ms, side="right"))
        before = np.flatnonzero(is_bounded[:end])
        first = min(end - 1, int(before[-1])) if before.size else end - 1
        return history.rows(slice(max(first, 0), None))


@dataclass(frozen=True, slots=True)
class _Rule:
    """When a test is met: persistence, hysteresis, season."""

    leaf: Condition
    stale_after_ms: int
    offset_ms: int

    def carry(self, scores: Scores, is_final: Mask | None, run: Run) -> tuple[Followed, Run]:
        """Follow the scores; what is not final counts now and is not remembered."""
        if is_final is None or bool(is_final.all()):
            is_met, after = self._carry(scores, run)
            return Followed(scores.time_ms, is_met, run.is_met), after
        is_met, after = self._carry(scores.rows(is_final), run)
        provisional, _ = self._carry(scores.rows(~is_final), after)
        return Followed(scores.time_ms, np.concatenate([is_met, provisional]), run.is_met), after

    def _carry(self, scores: Scores, run: Run) -> tuple[Mask, Run]:
        if scores.time_ms.size == 0:
            return np.zeros(0, np.bool_), run
        limit = scores.limit
        is_in_season = _is_in(self.leaf.months, scores.time_ms + self.offset_ms)
        is_past = (scores.low > limit) & is_in_season
        is_back = (scores.high <= limit - self.leaf.hysteresis) | ~is_in_season
        rows, since_ms = _runs(scores.time_ms, is_past, is_back, run, self.stale_after_ms)
        lasts = scores.time_ms - since_ms >= self.leaf.for_s * 1000
        is_met = _hold(is_past & (rows >= self.leaf.for_n) & lasts, is_back, run.is_met)
        ends = (float(end) if np.isfinite(end) else None for end in (scores.low[-1], scores.high[-1]))
        return is_met, Run(bool(is_met[-1]), int(rows[-1]), int(since_ms[-1]), int(scores.time_ms[-1]), *ends)


def _is_in(months: tuple[int, ...], local_ms: Times) -> Mask:
    if not months:
        return np.ones(local_ms.shape, dtype=np.bool_)
    month = local_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.isin(month, months)


def _runs(time_ms: Times, is_past: Mask, is_back: Mask, run: Run, stale_after_ms: int) -> tuple[Times, Times]:
    """How many readings were past the limit, and since when, since the last one that was back or the last silence.

    A reading inside the dead band, neither past nor back, does not count and ends no run.
    """
    index = np.arange(time_ms.size)
    is_first = np.zeros(time_ms.size, dtype=np.bool_)
    is_first[1:] = np.diff(time_ms) > stale_after_ms
    is_first[0] = run.rows == 0 or time_ms[0] - run.last_ms > stale_after_ms
    count = np.cumsum(is_past)
    before = np.maximum.accumulate(
        np.where(is_back, count, np.where(is_first, count - is_past, -run.rows if not is_first[0] else 0))
    )
    rows = count - before
    starts = np.maximum.accumulate(np.where(is_past & (rows == 1), index, -1))
    since_ms = np.where(starts >= 0, time_ms[starts], run.start_ms)
    return rows.astype(np.int64), np.where(rows > 0, since_ms, 0).astype(np.int64)


def _hold(is_raised: Mask, is_back: Mask, before: bool) -> Mask:
    index = np.arange(is_raised.size)
    raised = np.maximum.accumulate(np.where(is_raised, index, -1))
    back = np.maximum.accumulate(np.where(is_back, index, -1))
    return np.where((raised < 0) & (back < 0), before, raised > back)
