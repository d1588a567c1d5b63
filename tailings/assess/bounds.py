"""Error bounds: the interval in which the true value of each reading lies, by what lowered its quality.

A reading that passed, or was not evaluated, is taken as it is. A suspect one has an interval where each of its causes
has a known size: a lost correction errs by the range of what it corrects for, and by the instrument's uncertainty; an
input that is suspect itself passes its interval on through the formula. Any other cause (a spike, a range) says nothing
of the size, so the interval is endless. A missing value has an interval where its reason says one: a pond that does not
fill never reaches its minimum freeboard.

Intervals through a formula are worst cases: what each input may do alone, added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tailings import formulas, units
from tailings.facility.model import Datastream, Facility
from tailings.series import Bounded, Flags, Mask, Series, Values, latest_at
from tailings.uncertainty import own_terms
from wire import quality as flag


@dataclass(frozen=True, slots=True, eq=False)
class BoundedRows:
    """Rows of a datastream, and by their time [Unix ms] the tests that lowered those that did not pass."""

    series: Series
    tests: Mapping[int, str] = field(default_factory=dict)


def bounded(name: str, rows: Mapping[str, BoundedRows], facility: Facility) -> Bounded:
    """The rows of a datastream with their intervals.

    rows: by datastream name, those of `name` and, as far as they are known, of all that it is derived from; an input
    whose rows are not given makes the interval of what it lowered endless.
    """
    return _Bounds(rows, facility).of(name)


def sources(facility: Facility, names: Collection[str]) -> list[str]:
    """The datastreams of `names` and all that they are derived from, each once."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in facility.datastreams:
            found[name] = None
            waiting += facility.datastreams[name].inputs.values()
    return list(found)


def looked_back_s(facility: Facility, names: Collection[str]) -> float:
    """How far a formula behind a datastream may look back; names: the datastream and all that it is derived from."""
    return sum(formulas.history_s(facility.datastreams[name]) for name in names)


class _Bounds:
    """Intervals of a facility's datastreams, each worked out once."""

    def __init__(self, rows: Mapping[str, BoundedRows], facility: Facility) -> None:
        self._rows, self._facility = rows, facility
        self._known: dict[str, Bounded] = {}

    def of(self, name: str) -> Bounded:
        if name not in self._known:
            self._known[name] = self._bounded(self._facility.datastreams[name], self._rows.get(name))
        return self._known[name]

    def _bounded(self, datastream: Datastream, rows: BoundedRows | None) -> Bounded:
        if rows is None:
            return Bounded.empty()
        found = Bounded.of(rows.series)
        if datastream.is_raw or not needs_sources(rows.series.quality):
            return found
        low, high = found.low.copy(), found.high.copy()
        for tests, where in _by_tests(rows.series, rows.tests):
            ends = self._ends(datastream, rows.series.rows(where), tests)
            if ends is not None:
                low[where], high[where] = ends
        return Bounded(rows.series, low, high)

    def _ends(self, datastream: Datastream, series: Series, tests: str) -> tuple[Values, Values] | None:
        """Both ends of the intervals of rows that the same tests lowered; None where one of them has no size."""
        value = series.value
        reach = [self._reach(datastream, series, test) for test in tests.split(",")]
        known = [one for one in reach if one is not None]
        if len(known) < len(reach):
            return None
        if np.isnan(value).any():  # no value to add sizes to: only a reason that says an interval by itself
            return known[0] if len(known) == 1 else None
        down = sum((value - low for low, _ in known), np.zeros(value.shape))
        up = sum((high - value for _, high in known), np.zeros(value.shape))
        return value - down, value + up

    def _reach(self, datastream: Datastream, series: Series, test: str) -> tuple[Values, Values] | None:
        """Both ends as one test alone would have them."""
        kind, _, what = test.partition(".")
        formula = formulas.get(datastream.formula or "")
        if (lost := formulas.lost_correction(datastream, test, self._facility)) is not None:
            size = self._lost(datastream, series, lost[1])
            return None if size is None else (series.value - size, series.value + size)
        if kind == "formula" and hasattr(formula, "interval"):
            return self._interval(datastream, formula, series, what)
        if kind == "input" and what in datastream.inputs:
            return self._through(datastream, series, what)
        return None

    def _lost(self, datastream: Datastream, series: Series, size: float) -> Values | None:
        """Plus or minus of each row without a correction of that range: it, and the expanded uncertainty of the rest.

        None where nothing is stated of how far the instrument errs.
        """
        own = own_terms(datastream, series, self._facility)
        return size + own.expanded if own.is_stated.all() else None

    def _interval(
        self, datastream: Datastream, formula: Any, series: Series, reason: str
    ) -> tuple[Values, Values] | None:
        """By the geometry that was in force: that of today says nothing of what a loop of another range has read."""
        setting, value = formulas.setting_of(datastream, self._facility), series.value
        value = units.convert(value, datastream.unit, formula.RESULT[1])
        low, high = np.full(value.shape, -np.inf), np.full(value.shape, np.inf)
        for start, end, dated in formulas.stretches({"geometry": datastream.geometry}, series.time_ms):
            stated = () if dated["geometry"] is None else (dated["geometry"],)
            if datastream.geometry and not stated:
                continue
            ends = formula.interval(reason, value[start:end], setting._replace(geometry=stated))
            if ends is None:
                return None
            low[start:end], high[start:end] = ends
        low, high = (units.convert(end, formula.RESULT[1], datastream.unit) for end in (low, high))
        return low, high

    def _through(self, datastream: Datastream, series: Series, role: str) -> tuple[Values, Values] | None:
        """What the interval of one input does to the result: the formula at both of its ends."""
        if formulas.is_windowed(datastream) and formulas.history_s(datastream) > 0:
            return None  # a window takes in many readings
        source = self.of(datastream.inputs[role])
        if not len(source):
            return None
        given = {one: self.of(name).series for one, name in datastream.inputs.items()}
        as_read, *ends = (
            formulas.evaluate_at(datastream, given | {role: _with(source, end)}, self._facility, series.time_ms)
            for end in (source.series.value, source.low, source.high)
        )
        used = latest_at(source.series, series.time_ms)
        is_known = (used >= 0) & np.isfinite(source.low[used]) & np.isfinite(source.high[used])
        least, most = np.minimum(*ends) - as_read, np.maximum(*ends) - as_read
        is_known &= np.isfinite(least) & np.isfinite(most)
        low = np.where(is_known, series.value + np.minimum(least, 0.0), -np.inf)
        return low, np.where(is_known, series.value + np.maximum(most, 0.0), np.inf)


def _with(source: Bounded, end: Values) -> Series:
    """The series with one end of its intervals in place of the values, where that is a number."""
    value = np.where(np.isfinite(end), end, source.series.value)
    return replace(source.series, value=value)


def needs_sources(quality: Flags) -> bool:
    """Whether the intervals of rows of these qualities depend on what they are derived from."""
    return bool(((quality == flag.SUSPECT) | (quality == flag.MISSING)).any())


def _by_tests(series: Series, tests_at: Mapping[int, str]) -> Iterator[tuple[str, Mask]]:
    """The rows that did not pass, gathered by the tests that lowered them."""
    lowered = np.flatnonzero((series.quality == flag.SUSPECT) | (series.quality == flag.MISSING))
    found: dict[str, list[int]] = {}
    for row in lowered.tolist():
        if tests := tests_at.get(int(series.time_ms[row])):
            found.setdefault(tests, []).append(row)
    for tests, at in found.items():
        where = np.zeros(len(series), np.bool_)
        where[at] = True
        yield tests, where
