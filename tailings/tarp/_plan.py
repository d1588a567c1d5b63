"""The level of a whole plan: its tests put together by all and any, at each instant or in pieces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from tailings.assess import freshness
from tailings.facility.model import Facility
from tailings.facility.plans import LEVELS, Condition, Plan
from tailings.levels import STILL_READ, is_past
from tailings.series import Bounded, Flags, Mask, Series, Times
from tailings.tarp._against import Against
from tailings.tarp._condition import LeafMemory, TestSteps, follow
from tailings.tarp._runs import TestRun
from tailings.tarp._sight import Sight, sight_of

EPOCH = dt.datetime(1970, 1, 1)
Readings = Series | Bounded
"""Rows of a datastream. Of a plain series the error of a suspect value is not known."""


@dataclass(frozen=True, slots=True)
class PlanMemory:
    """What a plan must remember between pieces: one memory for each of its tests, in the order of the file."""

    leaves: tuple[LeafMemory, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The level from each instant on: uint8[n] (0 green, 1 yellow, 2 orange, 3 red), and whether a test was stale.

    believed: the level if suspect values were right; above `level`, a suspect value alone is past.
    """

    time_ms: Times
    level: Flags
    believed: Flags
    is_stale: Mask


class LevelChange(NamedTuple):
    """A change of level."""

    time_ms: int
    before: int
    after: int


class Tested(NamedTuple):
    """One test of a plan with the last reading that it took in: the interval of what it compares, and when.

    low, high: of the value, of its rate per hour, or of its difference; None: endless, or there was no reading.
    is_alone: past it, the level is reached whatever the other tests say.
    """

    level: str
    test: Condition
    is_alone: bool
    low: float | None
    high: float | None
    time_ms: int | None

    def is_certainly_past(self, limit: float) -> bool:
        """Whether the whole interval is past a limit, on the side of the test."""
        end = self.high if self.test.test == "below" else self.low
        return end is not None and is_past(self.test.test or "above", end, limit)


class PlanOutcome(NamedTuple):
    """The level after the newest values, the level if suspect values were right, and what the plan can still see."""

    level: int
    believed: int
    sight: Sight
    tested: tuple[Tested, ...] = ()

    @property
    def stale(self) -> tuple[str, ...]:
        """The datastreams that have given nothing usable for too long."""
        unheard = (one for one in self.sight.lost if one.reason not in STILL_READ)
        return tuple(dict.fromkeys(one.datastream for one in unheard))

    def past(self, offset_ms: int) -> dict[str, int]:
        """The highest level of which a test is certainly past its limit, by datastream: of value, rate or difference.

        offset_ms: of the facility's standard time from UTC; a test whose season is over is past nothing.
        """
        found = dict[str, int]()
        for one in self.tested:
            is_due = one.time_ms is not None and one.test.holds_in(_month(one.time_ms + offset_ms))
            if is_due and one.is_certainly_past(one.test.value or 0.0):
                name = one.test.datastream or ""
                found[name] = max(LEVELS.index(one.level), found.get(name, 0))
        return found


@dataclass(slots=True)
class _Followed:
    """All tests of a plan over one stretch of time."""

    steps: list[TestSteps] = field(default_factory=list)
    memory: list[LeafMemory] = field(default_factory=list)


def timeline(plan: Plan, series: Mapping[str, Readings], facility: Facility) -> Timeline:
    """The level at each instant at which one of the plan's datastreams has a row.

    series: by datastream name, each whole and oldest first; one that is not given counts as never measured.
    """
    return resume(plan, PlanMemory(), series, facility)[0]


def resume(
    plan: Plan, memory: PlanMemory, series: Mapping[str, Readings], facility: Facility
) -> tuple[Timeline, PlanMemory]:
    """Go on with a history that was followed up to some instant: series hold all rows after it, up to another one."""
    followed = _follow(plan, memory, series, facility, is_whole=True)
    times = [series[name].time_ms for name in plan.datastreams() if name in series]
    time_ms = np.unique(np.concatenate(times)) if times else np.zeros(0, dtype=np.int64)
    sure, believed = (_levels(plan, followed.steps, time_ms, at) for at in (TestSteps.met_at, TestSteps.believed_at))
    line = Timeline(time_ms, sure, np.maximum(sure, believed), _is_stale(followed.steps, time_ms))
    return line, PlanMemory(tuple(followed.memory))


def together(lines: Sequence[Timeline]) -> Timeline:
    """The pieces of a history that was followed one after the other, as one timeline."""
    if not lines:
        none = np.zeros(0, np.uint8)
        return Timeline(np.zeros(0, np.int64), none, none, np.zeros(0, np.bool_))
    columns = zip(*((line.time_ms, line.level, line.believed, line.is_stale) for line in lines), strict=True)
    return Timeline(*(np.concatenate(column) for column in columns))


def advance(
    plan: Plan,
    memory: PlanMemory,
    fresh: Mapping[str, Readings],
    facility: Facility,
    now_ms: int,
    *,
    out_of_reach: Collection[int] = (),
) -> tuple[PlanOutcome, PlanMemory]:
    """Carry a plan on over fresh rows (each series later than what it had before); the level at `now_ms`.

    Pieces of different datastreams may come in any order: the level after the same values is the same.
    out_of_reach: tests that no reading can meet, by their place in the file (`tailings.facility.lint`).
    """
    followed = _follow(plan, memory, fresh, facility, is_whole=False)
    now = np.array([now_ms], dtype=np.int64)
    level, believed = (
        int(_levels(plan, followed.steps, now, at)[0]) for at in (TestSteps.met_at, TestSteps.believed_at)
    )
    sight = sight_of(plan, followed.steps, facility, now, out_of_reach)
    memory = PlanMemory(tuple(followed.memory))
    return PlanOutcome(level, max(level, believed), sight, _tested(plan, memory)), memory


def standing(
    plan: Plan, memory: PlanMemory, facility: Facility, now_ms: int, *, out_of_reach: Collection[int] = ()
) -> PlanOutcome:
    """The level at `now_ms` with nothing new since."""
    return advance(plan, memory, {}, facility, now_ms, out_of_reach=out_of_reach)[0]


def events(line: Timeline, before: int = 0) -> list[LevelChange]:
    """The changes of level, the first counted from green, or from the level before."""
    known = np.concatenate([[before], line.level[:-1]])
    return [
        LevelChange(int(line.time_ms[row]), int(known[row]), int(line.level[row]))
        for row in np.flatnonzero(line.level != known[: line.level.size]).tolist()
    ]


def latched(line: Timeline, releases_ms: Iterable[int]) -> Flags:
    """The level as it stands: it rises by itself, and falls only when a person releases it, to what is then the level.

    releases_ms: times of release. Result uint8[n].
    """
    bounds = np.unique(np.searchsorted(line.time_ms, np.array(sorted(releases_ms), dtype=np.int64)))
    standing = line.level.copy()
    start = 0
    for end in [*bounds.tolist(), standing.size]:
        standing[start:end] = np.maximum.accumulate(line.level[start:end])
        start = end
    return standing


def _follow(
    plan: Plan, memory: PlanMemory, series: Mapping[str, Readings], facility: Facility, is_whole: bool
) -> _Followed:
    followed = _Followed()
    offset_ms = _standard_offset_ms(facility.timezone)
    for number, leaf in enumerate(_leaves(plan)):
        before = memory.leaves[number] if memory.leaves else LeafMemory()
        rows = _bounded(series, leaf.datastream or "")
        against = None
        if leaf.against is not None:
            name = leaf.against.datastream
            against = Against(_bounded(series, name), _stale_after_ms(leaf, facility, name), is_whole)
        own_ms = _stale_after_ms(leaf, facility, leaf.datastream or "")
        steps, after = follow(leaf, rows, before, own_ms, against, offset_ms=offset_ms)
        followed.steps.append(steps)
        followed.memory.append(after)
    return followed


def _bounded(series: Mapping[str, Readings], name: str) -> Bounded:
    found = series.get(name)
    if found is None:
        return Bounded.empty()
    return found if isinstance(found, Bounded) else Bounded.of(found)


def _leaves(plan: Plan) -> list[Condition]:
    return [leaf for level in plan.levels for leaf in level.when.leaves()]


def _stale_after_ms(leaf: Condition, facility: Facility, name: str) -> int:
    interval_s = facility.datastreams[name].expected_interval_s
    return round(freshness.stale_after_s(interval_s, leaf.stale_after_s) * 1000)


def month_of(facility: Facility, now: dt.datetime) -> int:
    """The month (1 to 12) of an instant by the standard time of a facility, in which the months of tests are stated."""
    return _month(round(now.timestamp() * 1000) + _standard_offset_ms(facility.timezone))


def _month(local_ms: int) -> int:
    return (EPOCH + dt.timedelta(milliseconds=local_ms)).month


@cache
def _standard_offset_ms(zone: str) -> int:
    """How far the zone's standard time is ahead of UTC: the smaller offset of January and July, as in the rollups."""
    days = (dt.datetime(2025, month, 15, 12, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return min(round((day.utcoffset() or dt.timedelta()).total_seconds() * 1000) for day in days)


def _tested(plan: Plan, memory: PlanMemory) -> tuple[Tested, ...]:
    pairs = zip(tests_of(plan), memory.leaves, strict=True)
    return tuple(_last(test, known.sure) for test, known in pairs)


def tests_of(plan: Plan) -> list[Tested]:
    """The tests of a plan in the order of the file, without readings."""
    return [
        Tested(level.level, leaf, is_alone, None, None, time_ms=None)
        for level in plan.levels
        for leaf, is_alone in _leaves_of(level.when, is_alone=True)
    ]


def _leaves_of(condition: Condition, *, is_alone: bool) -> Iterator[tuple[Condition, bool]]:
    if condition.datastream is not None:
        yield condition, is_alone
    for part in condition.all:
        yield from _leaves_of(part, is_alone=is_alone and len(condition.all) == 1)
    for part in condition.any:
        yield from _leaves_of(part, is_alone=is_alone)


def _last(test: Tested, run: TestRun) -> Tested:
    low, high = run.low, run.high
    if test.test.test == "below":
        low, high = (None if end is None else -end for end in (high, low))
    return test._replace(low=low, high=high, time_ms=run.last_ms or None)


MetAt = Callable[[TestSteps, Times], Mask]


def _levels(plan: Plan, steps: list[TestSteps], time_ms: Times, at: MetAt) -> Flags:
    level = np.zeros(time_ms.size, dtype=np.uint8)
    in_order = iter(steps)
    for stated in plan.levels:
        is_met = _is_met(stated.when, in_order, time_ms, at)
        level[is_met] = np.maximum(level[is_met], stated.rank)
    return level


def _is_met(condition: Condition, steps: Iterator[TestSteps], time_ms: Times, at: MetAt) -> Mask:
    """Whether a condition is met at each time; takes the steps of its tests in the order of the file."""
    if condition.datastream is not None:
        return at(next(steps), time_ms)
    inner = [_is_met(part, steps, time_ms, at) for part in (*condition.all, *condition.any)]
    together = np.stack(inner)
    return np.asarray(together.all(axis=0) if condition.all else together.any(axis=0))


def _is_stale(steps: list[TestSteps], time_ms: Times) -> Mask:
    is_stale = np.zeros(time_ms.size, dtype=np.bool_)
    for step in steps:
        is_stale |= step.stale_at(time_ms)
    return is_stale
