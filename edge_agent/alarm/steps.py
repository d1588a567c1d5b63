"""A plan followed over readings, and over them again when a later verdict (a spike, a neighbour) doubts one.

Kept are the newest readings and what the tests remembered before them. A verdict on one that is older than these, or
such a reading itself, is not followed here; the centre does it. A reading that comes behind newer ones, of a node whose
clock was ahead by what clocks may be, takes its place among them.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

import msgspec
import numpy as np

from edge_agent.alarm.memory import DoubtedReading, FollowedReading, Learned, Remembered
from edge_agent.process.derive import Judged
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.series import Bounded, Series
from wire import clock
from wire import quality as flag

KEPT: Final = 12  # instants: a spike is known by the next one, a neighbour's reading comes within a few
MOST_KEPT: Final = 1000  # readings: beyond KEPT instants, those of the time by which a clock may be ahead


class PlanSteps:
    """The way of one plan over its readings."""

    def __init__(self, plan: Plan, facility: Facility) -> None:
        self._plan, self._facility = plan, facility

    def line(self, known: Remembered, piece: Mapping[str, Bounded]) -> tarp.Timeline:
        """The level at each instant of a piece that follows what was taken in."""
        return tarp.resume(self._plan, known.memory, piece, self._facility)[0]

    def settle(self, known: Remembered, at_ms: int, piece: Mapping[str, Bounded]) -> Remembered:
        """Take in what is old, or too much to be looked at one by one: it is not followed again."""
        standing, memory = tarp.advance(self._plan, known.memory, piece, self._facility, at_ms)
        return msgspec.structs.replace(
            known, memory=memory, settled=memory, newest=(), level=standing.level, seen_ms=_seen(known, piece)
        )

    def take(self, known: Remembered, at_ms: int, piece: Mapping[str, Bounded]) -> Remembered:
        """Take in the readings of one instant."""
        standing, memory = tarp.advance(self._plan, known.memory, piece, self._facility, at_ms)
        newest = (*known.newest, *(one for name, series in piece.items() for one in _readings(name, series)))
        settled = known.settled
        while _may_settle(newest):
            first_ms = newest[0].time_ms
            first = _series(one for one in newest if one.time_ms == first_ms)
            settled = tarp.advance(self._plan, settled, first, self._facility, first_ms)[1]
            newest = tuple(one for one in newest if one.time_ms != first_ms)
        return msgspec.structs.replace(
            known, memory=memory, settled=settled, newest=newest, level=standing.level, seen_ms=_seen(known, piece)
        )

    def insert(self, known: Remembered, piece: Mapping[str, Bounded]) -> tuple[Remembered, tuple[int, int]]:
        """Take in readings that come behind newer ones; the highest level from them on, and when: 0, 0 for none."""
        first_ms = {one.datastream: one.time_ms for one in sorted(known.newest, key=lambda one: -one.time_ms)}
        late = {
            (one.datastream, one.time_ms): one
            for name, series in piece.items()
            for one in _readings(name, series)
            if name in first_ms and one.time_ms >= first_ms[name]
        }
        together = late | {(one.datastream, one.time_ms): one for one in known.newest}
        if len(together) == len(known.newest):
            return known, (0, 0)
        newest = tuple(sorted(together.values(), key=lambda one: one.time_ms))
        again = msgspec.structs.replace(known, newest=newest)
        walked = list(self._walk(again))
        from_ms = min(time_ms for _, time_ms in late)
        highest = max((level, -at_ms) for at_ms, level, _ in walked if at_ms >= from_ms)
        _, level, memory = walked[-1]
        return msgspec.structs.replace(again, level=level, memory=memory), (highest[0], -highest[1])

    def forget_ahead(self, known: Remembered, latest_ms: int) -> Remembered:
        """Let go of readings that lie ahead of the clock: what is real would come behind them and count for nothing."""
        if all(time_ms <= latest_ms for time_ms in known.seen_ms.values()):
            return known
        newest = tuple(one for one in known.newest if one.time_ms <= latest_ms)
        settled = (
            known.settled if newest else tarp.PlanMemory()
        )  # without a real reading after it, it may lie ahead too
        again = msgspec.structs.replace(known, newest=newest, settled=settled, seen_ms={})
        *_, (_, level, memory) = [(0, 0, settled), *self._walk(again)]
        seen = {one.datastream: one.time_ms for one in newest}
        return msgspec.structs.replace(again, level=level, memory=memory, seen_ms=seen)

    def judge_again(self, known: Remembered, verdicts: Sequence[Judged]) -> tuple[Remembered, DoubtedReading | None]:
        """Follow the newest readings with the verdicts on them; the newest one that is doubted now, None: none is."""
        told = {
            (one.datastream.name, time_ms): (quality, tests or "")
            for one in verdicts
            for time_ms, quality, tests in zip(
                one.series.time_ms.tolist(), one.series.quality.tolist(), one.tests, strict=True
            )
        }
        newest = tuple(_with(one, told) for one in known.newest)
        if newest == known.newest:
            return known, None
        pairs = zip(newest, known.newest, strict=True)
        doubted = [one for one, was in pairs if one != was and one.quality > flag.NOT_EVALUATED]
        again = msgspec.structs.replace(known, newest=newest)
        *_, (_, level, memory) = self._walk(again)
        again = msgspec.structs.replace(again, level=level, memory=memory)
        if not doubted:
            return again, None
        last = max(doubted, key=lambda one: one.time_ms)
        return again, DoubtedReading(last.datastream, last.time_ms, told[last.datastream, last.time_ms][1])

    def reaches(self, known: Remembered, level: int) -> int | None:
        """From which instant on the newest readings reach a level, since it was raised; None: they never do."""
        return next((at for at, found, _ in self._walk(known) if at >= known.raised_ms and found >= level), None)

    def _walk(self, known: Remembered) -> Iterator[tuple[int, int, tarp.PlanMemory]]:
        memory = known.settled
        for at_ms, piece in groupby(known.newest, key=lambda one: one.time_ms):
            standing, memory = tarp.advance(self._plan, memory, _series(piece), self._facility, at_ms)
            yield at_ms, standing.level, memory


def _may_settle(newest: Sequence[FollowedReading]) -> bool:
    """Whether the first instant need not be kept: all that a clock behind the others may say follows the second."""
    instants = {one.time_ms for one in newest}
    if len(instants) <= KEPT:
        return False
    second_ms = next(one.time_ms for one in newest if one.time_ms != newest[0].time_ms)
    return second_ms <= clock.earliest_ms(max(instants)) or len(newest) > MOST_KEPT


def _seen(known: Remembered, piece: Mapping[str, Bounded]) -> dict[str, int]:
    return {**known.seen_ms, **{name: int(series.time_ms[-1]) for name, series in piece.items() if len(series)}}


def _readings(name: str, rows: Bounded) -> Iterator[FollowedReading]:
    series = rows.series
    for time_ms, value, quality, low, high in zip(
        series.time_ms.tolist(),
        series.value.tolist(),
        series.quality.tolist(),
        rows.low.tolist(),
        rows.high.tolist(),
        strict=True,
    ):
        ends = (low if math.isfinite(low) else None, high if math.isfinite(high) else None)
        yield FollowedReading(name, time_ms, None if value != value else value, quality, *ends)


def _series(readings: Iterable[FollowedReading]) -> dict[str, Bounded]:
    return {one.datastream: _bounded(one) for one in readings}


def _bounded(one: FollowedReading) -> Bounded:
    series = Series.of([one.time_ms], [np.nan if one.value is None else one.value], [one.quality])
    if one.quality in (flag.PASS, flag.NOT_EVALUATED):
        return Bounded.of(series)
    low, high = (end if at is None else at for end, at in ((-np.inf, one.low), (np.inf, one.high)))
    return Bounded(series, np.array([low]), np.array([high]))


def _with(one: FollowedReading, told: Mapping[tuple[str, int], tuple[int, str]]) -> FollowedReading:
    verdict = told.get((one.datastream, one.time_ms))
    return one if verdict is None else msgspec.structs.replace(one, quality=verdict[0], low=None, high=None)


def learn(known: Learned | None, line: tarp.Timeline) -> Learned | None:
    """What is known of a level that became known late, after a further piece of the past.

    One that stood at the end of the piece before goes on, or ends; a higher one takes its place. It stands from the
    first instant at which it is reached until it is left for the last time.
    """
    goes_on = known is not None and known.to_ms is None
    highest = max(line.level.tolist(), default=0)
    if known is not None and goes_on and highest <= known.level:
        level, from_ms = known.level, known.from_ms
    elif highest > 0:
        level, from_ms = highest, int(line.time_ms[int(np.argmax(line.level == highest))])
    else:
        return known
    after = np.flatnonzero(line.level == level)
    first = int(after[-1]) + 1 if after.size else 0
    left = line.time_ms[first : first + 1].tolist()
    return Learned(level, from_ms, left[0] if left else None)
