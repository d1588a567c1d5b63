"""How scores become a test that is met: persistence, hysteresis, season, and what is remembered of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tailings.differences import as_reckoned
from tailings.facility.plans import Condition
from tailings.series import Mask, Times
from tailings.tarp._scores import Scores


@dataclass(frozen=True, slots=True)
class TestRun:
    """Whether a test is met, and its present run of readings past the limit: how many, since when, the last reading.

    low, high: the interval of the last reading, turned so that above is danger; None: endless, or there was none.
    """

    is_met: bool = False
    rows: int = 0
    start_ms: int = 0
    last_ms: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FollowedTest:
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


@dataclass(frozen=True, slots=True)
class RunRule:
    """When a test is met: persistence, hysteresis, season."""

    leaf: Condition
    stale_after_ms: int
    offset_ms: int

    def carry(self, scores: Scores, is_final: Mask | None, run: TestRun) -> tuple[FollowedTest, TestRun]:
        """Follow the scores; what is not final counts now and is not remembered."""
        if is_final is None or bool(is_final.all()):
            is_met, after = self._carry(scores, run)
            return FollowedTest(scores.time_ms, is_met, run.is_met), after
        is_met, after = self._carry(scores.rows(is_final), run)
        provisional, _ = self._carry(scores.rows(~is_final), after)
        return FollowedTest(scores.time_ms, np.concatenate([is_met, provisional]), run.is_met), after

    def _back_at(self, limit: float) -> float:
        """Where it is back, as people reckon: 330.02 less 0.05 is 329.97. No value is past the limit and back."""
        if not self.leaf.hysteresis:
            return limit
        size = max(abs(limit), self.leaf.hysteresis)
        (back,) = as_reckoned(np.array(size), np.array(limit - self.leaf.hysteresis))
        return min(float(back), limit)

    def _carry(self, scores: Scores, run: TestRun) -> tuple[Mask, TestRun]:
        if scores.time_ms.size == 0:
            return np.zeros(0, np.bool_), run
        limit = scores.limit
        is_in_season = is_in(self.leaf.months, scores.time_ms + self.offset_ms)
        is_past = (scores.low > limit) & is_in_season
        is_back = (scores.high <= self._back_at(limit)) | ~is_in_season
        rows, since_ms = _runs(scores.time_ms, is_past, is_back, run, self.stale_after_ms)
        lasts = scores.time_ms - since_ms >= self.leaf.for_s * 1000
        is_met = _hold(is_past & (rows >= self.leaf.for_n) & lasts, is_back, run.is_met)
        ends = (float(end) if np.isfinite(end) else None for end in (scores.low[-1], scores.high[-1]))
        return is_met, TestRun(bool(is_met[-1]), int(rows[-1]), int(since_ms[-1]), int(scores.time_ms[-1]), *ends)


def is_in(months: tuple[int, ...], local_ms: Times) -> Mask:
    if not months:
        return np.ones(local_ms.shape, dtype=np.bool_)
    month = local_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.isin(month, months)


def _runs(time_ms: Times, is_past: Mask, is_back: Mask, run: TestRun, stale_after_ms: int) -> tuple[Times, Times]:
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
