"""Ramp: a datastream that changes steadily, through the real chain with all its filters: are its values flagged?

One reading moves, whichever moves the datastream furthest, so that the datastream itself moves by the same step each
time; the others stand still. Filters that compare with other instruments take no part: they need a partner that agrees.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from msgspec.structs import replace

from tailings import chain, filters
from tailings.facility.lint.reach import DOWN, UP, TestReach
from tailings.facility.lint.trial import DAY_MS, FIRST_MS, ChainTrial, FailedTest, failed_tests
from tailings.facility.model import Datastream, Facility
from tailings.series import Mask, Series, Values, is_sure

S_PER_H: Final = 3600.0
SETTLED_ROWS: Final = 8
"""Rows of a steady change after which a filter that allows it must have seen that it is one."""
MAX_ROWS: Final = 2000
HALVINGS: Final = 40
PLACES: Final = 401


class RampPath(NamedTuple):
    """Values of a datastream, rising, and the one reading that gives them."""

    reading: str
    at: Values
    value: Values

    @property
    def span(self) -> float:
        """How far the datastream moves along it."""
        return float(self.value[-1] - self.value[0]) if self.value.size else 0.0


class Ramp:
    """Steady changes of one datastream of a facility."""

    def __init__(self, facility: Facility, datastream: str, reach: TestReach) -> None:
        self._facility, self._datastream, self._reach = facility, datastream, reach
        self._trial = ChainTrial(facility, [datastream])

    @property
    def span(self) -> float:
        """How far the values that pass lie apart."""
        return self._reach.end(UP).value - self._reach.end(DOWN).value

    def failed_tests(
        self, rate_per_h: float, rows: int = SETTLED_ROWS, start: float | None = None
    ) -> tuple[FailedTest, ...]:
        """The tests that flag the last row of a steady change, from a value on or from where the fewest do; or none.

        rows: so many steps of the interval at which the moving reading is expected, at least, and as long as a filter
        looks back; fewer where the reach ends before.
        """
        path = self._path
        if rate_per_h == 0 or path.span == 0:
            return ()
        step, rows = rate_per_h * self._interval_h, min(max(rows, self._window_rows), MAX_ROWS)
        room = max(path.span - abs(step) * rows, 0.0)
        starts = [start] if start is not None else [_from(path, step, share * room) for share in (0.0, 0.5, 1.0)]
        found = [self._flagged(first, step, rows) for first in starts]
        return min(found, key=len)

    def fastest(self, rate_per_h: float) -> float:
        """The fastest steady change, up to this one, that passes."""
        slow, fast = 0.0, rate_per_h
        for _ in range(HALVINGS):
            middle = (slow + fast) / 2
            slow, fast = (slow, middle) if self.failed_tests(middle) else (middle, fast)
        return slow

    def _flagged(self, first: float, step: float, rows: int) -> tuple[FailedTest, ...]:
        path, end = self._path, self._reach.end(DOWN)
        room = float(path.value[-1] - first if step > 0 else first - path.value[0])
        steps = max(1, min(rows, int(room / abs(step) + 1e-9)))
        value = first + step * np.concatenate([np.zeros(self._rows_before), np.arange(1, steps + 1)])
        step_ms = round(self._interval_h * S_PER_H * 1000)
        time_ms = FIRST_MS + end.day * DAY_MS + step_ms * np.arange(value.size, dtype=np.int64)
        raw = {name: Series.of(time_ms, np.full(value.size, at)) for name, at in end.readings.items()}
        raw[path.reading] = Series.of(time_ms, np.interp(value, path.value, path.at))
        with np.errstate(all="ignore"):
            results = chain.derive(self._moving, raw, only=self._trial.derived)
        last = value.size - 1
        quality = results[self._datastream].series.quality
        if is_sure(quality)[last]:
            return ()
        return failed_tests(results, last) or (FailedTest(self._datastream, "formula", int(quality[last])),)

    @cached_property
    def _interval_h(self) -> float:
        return self._facility.datastreams[self._path.reading].expected_interval_s / S_PER_H

    @cached_property
    def _moving(self) -> Facility:
        """The chain with all filters on what moves, and none on what stands still."""
        moved = {self._path.reading}
        for name in self._trial.derived:
            if moved & set(self._facility.datastreams[name].inputs.values()):
                moved.add(name)
        datastreams = {
            name: _alone(self._facility.datastreams[name]) if name in moved else replace(one, filters={})
            for name, one in self._trial.facility.datastreams.items()
        }
        return replace(self._trial.facility, datastreams=datastreams)

    @cached_property
    def _path(self) -> RampPath:
        """Along the reading that alone moves the datastream furthest, the others as at its lower end."""
        end = self._reach.end(DOWN)
        start = np.array([end.readings.get(name, 0.0) for name in self._trial.free])
        paths = [self._along(start, column, end.day) for column in range(start.size)]
        return max(paths, key=lambda one: one.span)

    def _along(self, start: Values, column: int, day: int) -> RampPath:
        tried, passes = self._trial.candidates(self._trial.free[column], day)
        inner = tried[passes] if passes.any() else tried
        around = start[column] + np.linspace(-1.0, 1.0, PLACES) * max(abs(start[column]), 1.0)
        at = np.unique(np.concatenate([tried, around, np.linspace(inner[0], inner[-1], PLACES)]))
        coarse = self._monotone(start, column, at, day)
        if coarse.at.size < 2:
            return coarse
        return self._monotone(start, column, np.linspace(coarse.at[0], coarse.at[-1], PLACES), day)

    def _monotone(self, start: Values, column: int, at: Values, day: int) -> RampPath:
        """The longest stretch of a reading along which the value passes and moves in one direction."""
        states = np.tile(start, (at.size, 1))
        states[:, column] = at
        series = self._trial.run(states, day)[self._datastream].series
        passes, name = is_sure(series.quality), self._trial.free[column]
        order = np.argsort(at)
        best = RampPath(name, np.zeros(0), np.zeros(0))
        for sign in (1, -1):
            rising = order[::sign]
            best = max(best, _longest(name, at[rising], series.value[rising], passes[rising]), key=lambda one: one.span)
        return best

    @cached_property
    def _rows_before(self) -> int:
        windows = [filters.widest(one.filters).before_rows for one in self._moving.datastreams.values()]
        return max(windows, default=0) + 2

    @cached_property
    def _window_rows(self) -> int:
        """Rows of the longest time that a filter looks back."""
        windows_s = [filters.widest(one.filters).before_s for one in self._moving.datastreams.values()]
        return int(max(windows_s, default=0.0) / S_PER_H / self._interval_h) + 1


def _from(path: RampPath, step: float, room: float) -> float:
    """The value at which a change of this direction begins, so far on from where it could begin first."""
    return float(path.value[0] + room if step > 0 else path.value[-1] - room)


def _alone(datastream: Datastream) -> Datastream:
    kept = {
        name: settings
        for name, settings in datastream.filters.items()
        if not getattr(filters.get(name), "OTHERS", False)
    }
    return replace(datastream, filters=kept)


def _longest(reading: str, at: Values, value: Values, passes: Mask) -> RampPath:
    goes_on = np.zeros(at.size, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        goes_on[1:] = passes[1:] & passes[:-1] & (np.diff(value) > -1e-9 * np.abs(value[1:]))
    firsts = np.flatnonzero(~goes_on).tolist()
    stretches = [slice(first, stop) for first, stop in pairwise([*firsts, at.size]) if passes[first]]
    paths = [RampPath(reading, at[one], np.maximum.accumulate(value[one])) for one in stretches]
    return max(paths, key=lambda one: one.span, default=RampPath(reading, np.zeros(0), np.zeros(0)))
