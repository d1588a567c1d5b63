"""The level of a whole plan: its tests put together by all and any, at each instant or in pieces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from tailings.assess import freshness
from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Plan
from tailings.series import Flags, Mask, Series, Times
from tailings.tarp._against import Against
from tailings.tarp._condition import LeafMemory, Steps, follow


@dataclass(frozen=True, slots=True)
class Memory:
    """What a plan must remember between pieces: one memory for each of its tests, in the order of the file."""

    leaves: tuple[LeafMemory, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The level from each instant on: uint8[n] (0 green, 1 yellow, 2 orange, 3 red), and whether a test was stale."""

    time_ms: Times
    level: Flags
    is_stale: Mask


class Event(NamedTuple):
    """A change of level."""

    time_ms: int
    before: int
    after: int


class Standing(NamedTuple):
    """The level after the newest values, and the datastreams that are stale."""

    level: int
    stale: tuple[str, ...] = ()


@dataclass(slots=True)
class _Followed:
    """All tests of a plan over one stretch of time."""

    steps: list[Steps] = field(default_factory=list)
    memory: list[LeafMemory] = field(default_factory=list)


def timeline(plan: Plan, series: Mapping[str, Series], facility: Facility) -> Timeline:
    """The level at each instant at which one of the plan's datastreams has a row.

    series: by datastream name, each whole and oldest first; one that is not given counts as never measured.
    """
    return resume(plan, Memory(), series, facility)[0]


def resume(plan: Plan, memory: Memory, series: Mapping[str, Series], facility: Facility) -> tuple[Timeline, Memory]:
    """Go on with a history that was followed up to some instant: series hold all rows after it, up to another one."""
    followed = _follow(plan, memory, series, facility, is_whole=True)
    times = [series[name].time_ms for name in plan.datastreams() if name in series]
    time_ms = np.unique(np.concatenate(times)) if times else np.zeros(0, dtype=np.int64)
    line = Timeline(time_ms, _levels(plan, followed.steps, time_ms), _is_stale(followed.steps, time_ms))
    return line, Memory(tuple(followed.memory))


def together(lines: Sequence[Timeline]) -> Timeline:
    """The pieces of a history that was followed one after the other, as one timeline."""
    if not lines:
        return Timeline(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0, np.bool_))
    columns = zip(*((line.time_ms, line.level, line.is_stale) for line in lines), strict=True)
    return Timeline(*(np.concatenate(column) for column in columns))


def advance(
    plan: Plan, memory: Memory, fresh: Mapping[str, Series], facility: Facility, now_ms: int
) -> tuple[Standing, Memory]:
    """Carry a plan on over fresh rows (each series later than what it had before); the level at `now_ms`.

    Pieces of different datastreams may come in any order: the level after the same values is the same.
    """
    followed = _follow(plan, memory, fresh, facility, is_whole=False)
    now = np.array([now_ms], dtype=np.int64)
    level = int(_levels(plan, followed.steps, now)[0])
    return Standing(level, _stale_names(followed.steps, now)), Memory(tuple(followed.memory))


def standing(plan: Plan, memory: Memory, facility: Facility, now_ms: int) -> Standing:
    """The level at `now_ms` with nothing new since."""
    return advance(plan, memory, {}, facility, now_ms)[0]


def events(line: Timeline, before: int = 0) -> list[Event]:
    """The changes of level, the first counted from green, or from the level before."""
    known = np.concatenate([[before], line.level[:-1]])
    return [
        Event(int(line.time_ms[row]), int(known[row]), int(line.level[row]))
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


def _follow(plan: Plan, memory: Memory, series: Mapping[str, Series], facility: Facility, is_whole: bool) -> _Followed:
    followed = _Followed()
    offset_ms = _standard_offset_ms(facility.timezone)
    for number, leaf in enumerate(_leaves(plan)):
        before = memory.leaves[number] if memory.leaves else LeafMemory()
        rows = series.get(leaf.datastream or "") or Series.empty()
        against = None
        if leaf.against is not None:
            name = leaf.against.datastream
            fresh = series.get(name) or Series.empty()
            against = Against(fresh, _stale_after_ms(leaf, facility, name), is_whole)
        own_ms = _stale_after_ms(leaf, facility, leaf.datastream or "")
        steps, after = follow(leaf, rows, before, own_ms, against, offset_ms)
        followed.steps.append(steps)
        followed.memory.append(after)
    return followed


def _leaves(plan: Plan) -> list[Condition]:
    return [leaf for level in plan.levels for leaf in level.when.leaves()]


def _stale_after_ms(leaf: Condition, facility: Facility, name: str) -> int:
    interval_s = facility.datastreams[name].expected_interval_s
    return round(freshness.stale_after_s(interval_s, leaf.stale_after_s) * 1000)


@cache
def _standard_offset_ms(zone: str) -> int:
    """How far the zone's standard time is ahead of UTC: the smaller offset of January and July, as in the rollups."""
    days = (dt.datetime(2025, month, 15, 12, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return min(round((day.utcoffset() or dt.timedelta()).total_seconds() * 1000) for day in days)


def _levels(plan: Plan, steps: list[Steps], time_ms: Times) -> Flags:
    level = np.zeros(time_ms.size, dtype=np.uint8)
    in_order = iter(steps)
    for stated in plan.levels:
        is_met = _is_met(stated.when, in_order, time_ms)
        level[is_met] = np.maximum(level[is_met], stated.rank)
    return level


def _is_met(condition: Condition, steps: Iterator[Steps], time_ms: Times) -> Mask:
    """Whether a condition is met at each time; takes the steps of its tests in the order of the file."""
    if condition.datastream is not None:
        return next(steps).met_at(time_ms)
    inner = [_is_met(part, steps, time_ms) for part in (*condition.all, *condition.any)]
    together = np.stack(inner)
    return np.asarray(together.all(axis=0) if condition.all else together.any(axis=0))


def _is_stale(steps: list[Steps], time_ms: Times) -> Mask:
    is_stale = np.zeros(time_ms.size, dtype=np.bool_)
    for step in steps:
        is_stale |= step.stale_at(time_ms)
    return is_stale


def _stale_names(steps: list[Steps], now: Times) -> tuple[str, ...]:
    heard = (one for step in steps for one in step.heard)
    return tuple(dict.fromkeys(one.datastream for one in heard if one.stale_at(now)[0]))
