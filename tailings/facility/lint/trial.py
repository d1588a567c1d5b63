"""A trial: part of the chain on made-up states of its instruments, each row a state that knows nothing of the others.

The real chain runs on them, with the filters that look at one row alone. What looks back (a filter of rates or spikes,
a sum over hours) has no place here: the result of such a formula is free, as a raw reading is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tailings import chain, filters, formulas
from tailings.chain import FilteredSeries
from tailings.facility.model import Datastream, Facility, Instrument
from tailings.filters import FlagWindow
from tailings.series import Mask, Series, Values, is_sure
from wire import quality as flag

States = NDArray[np.float64]
"""float64[n, k]: one row a state, one column a free reading."""
OUTMOST: Final = 1e9
"""The largest number that a reading is tried at."""
DAY_MS: Final = 86_400_000
ERA_MS: Final = 146_097 * DAY_MS
"""400 years of the calendar: the same days and months come again."""
YEAR: Final = (datetime(2104, 1, 1, tzinfo=UTC), datetime(2105, 1, 1, tzinfo=UTC))
"""A leap year after all that a facility file dates, so that the last of it is in force."""
FIRST_MS: Final = round(YEAR[0].timestamp()) * 1000
DAYS: Final = 366
OWN_CAUSES: Final = ("formula", "calibration", "geometry")
"""The kinds of cause that begin where they are found; the others hand on what was flagged before."""


class FailedTest(NamedTuple):
    """A test that flags a value: a filter of a datastream, or a reason of its formula (`formula.loop-saturated`)."""

    datastream: str
    test: str
    quality: int


class ChainTrial:
    """The chain of some datastreams. `free`: the columns of a state."""

    def __init__(self, facility: Facility, targets: Collection[str]) -> None:
        chained = _chained(facility, targets)
        self.free = tuple(name for name in facility.datastreams if name in chained and is_free(facility, name))
        self.derived = tuple(name for name in facility.derived_order if name in chained and name not in self.free)
        datastreams = {name: _row_alone(facility.datastreams[name]) for name in facility.datastreams if name in chained}
        instruments = {name: _without_end(one) for name, one in facility.instruments.items()}
        self.facility = replace(
            facility, datastreams=datastreams, instruments=instruments, derived_order=self.derived, tarp={}
        )
        looked_back_s = max((formulas.history_s(datastreams[name]) for name in self.derived), default=0.0)
        self._step_ms = 1 + round(1000 * looked_back_s)

    def run(self, states: States, day: int = 0) -> dict[str, FilteredSeries]:
        """Every datastream on each state, all measured on one day of the year (0 to 365)."""
        step_ms = self._step_ms if len(self.days) == 1 else -(-self._step_ms // ERA_MS) * ERA_MS
        time_ms = FIRST_MS + day * DAY_MS + step_ms * np.arange(len(states), dtype=np.int64)
        raw = {name: Series.of(time_ms, states[:, column]) for column, name in enumerate(self.free)}
        with np.errstate(all="ignore"):
            return chain.derive(self.facility, raw, only=self.derived)

    def candidates(self, name: str, day: int) -> tuple[Values, Mask]:
        """Values that a free reading may be tried at, rising, and which of them its own filters let pass."""
        datastream, values = self.facility.datastreams[name], self._candidates
        time_ms = FIRST_MS + day * DAY_MS + np.arange(values.size, dtype=np.int64)
        return values, is_sure(filters.apply(datastream, Series.of(time_ms, values)).quality)

    def ends(self, day: int) -> list[tuple[str, float]]:
        """The derived datastreams with filters of their own, each with the lowest and the highest value that passes."""
        found = []
        for name in self.derived:
            values, passes = self.candidates(name, day)
            if self.facility.datastreams[name].filters and passes.any():
                found += [(name, float(values[passes][place])) for place in (0, -1)]
        return [(name, end) for name, end in found if abs(end) < OUTMOST]

    @cached_property
    def days(self) -> tuple[int, ...]:
        """Days of the year that differ in what the filters let pass; one alone where the season does not matter."""
        values = np.concatenate([[-OUTMOST], self.named, [OUTMOST]])
        time_ms = FIRST_MS + (np.arange(DAYS)[:, None] * DAY_MS + np.arange(values.size)).ravel()
        rows = Series.of(time_ms, np.tile(values, DAYS))
        flags = [
            filters.apply(one, rows).quality.reshape(DAYS, values.size)
            for one in self.facility.datastreams.values()
            if one.filters
        ]
        if not flags:
            return (0,)
        _, first = np.unique(np.concatenate(flags, axis=1), axis=0, return_index=True)
        return tuple(sorted(int(day) for day in first))

    @cached_property
    def _candidates(self) -> Values:
        wide = np.logspace(-6, np.log10(OUTMOST), 181)
        return np.unique(np.concatenate([-wide, [0.0], wide, self.named]))

    @cached_property
    def named(self) -> Values:
        """The numbers that the file names along the chain, and what lies half way between them."""
        chained = self.facility.datastreams.values()
        settings = [(one.parameters, one.geometry, list(one.filters.values())) for one in chained]
        surveys = [survey.level_m for survey in self.facility.stage_storage]
        named = np.unique([*_numbers(settings), *_numbers(surveys), *_numbers(self.facility.geometry), 0.0])
        return np.unique(np.concatenate([named, (named[1:] + named[:-1]) / 2]))


def failed_tests(results: Mapping[str, FilteredSeries], row: int) -> tuple[FailedTest, ...]:
    """The tests that flag one state, where the flag begins: what an input only hands on is left out."""
    found = []
    for name, result in results.items():
        flags = [(one, int(column[row])) for one, column in result.checked.flags.items()]
        found += [FailedTest(name, one, quality) for one, quality in flags if quality in (flag.SUSPECT, flag.FAIL)]
        if result.derived is not None:
            quality = int(result.derived.series.quality[row])
            causes = [one for one, column in result.derived.causes.items() if int(column[row]) == quality > flag.PASS]
            found += [FailedTest(name, one, quality) for one in causes if one.partition(".")[0] in OWN_CAUSES]
    return tuple(found)


def is_free(facility: Facility, name: str) -> bool:
    """Whether a value is not reckoned from the state of one instant: measured, or by a formula that looks back."""
    datastream = facility.datastreams[name]
    return datastream.is_raw or formulas.is_windowed(datastream)


def _chained(facility: Facility, targets: Iterable[str]) -> set[str]:
    chained: set[str] = set()
    waiting = list(targets)
    while waiting:
        name = waiting.pop()
        if name not in chained:
            chained.add(name)
            if not is_free(facility, name):
                waiting += facility.datastreams[name].inputs.values()
    return chained


def _row_alone(datastream: Datastream) -> Datastream:
    """The datastream with the filters that look at one row, and its last geometry as if it were stated lately."""
    kept = {
        name: settings
        for name, settings in datastream.filters.items()
        if filters.window_of(name, settings) == FlagWindow() and not getattr(filters.get(name), "OTHERS", False)
    }
    last = [one.as_of(*YEAR) for one in datastream.geometry[-1:]]
    return replace(datastream, filters=kept, geometry=(*datastream.geometry[:-1], *last))


def _without_end(instrument: Instrument) -> Instrument:
    """The instrument with its last calibration in force for good."""
    if not instrument.calibrations or instrument.calibrations[-1].valid_to is None:
        return instrument
    last = replace(instrument.calibrations[-1], valid_to=None)
    return replace(instrument, calibrations=(*instrument.calibrations[:-1], last))


def _numbers(value: Any) -> Iterator[float]:
    plain = msgspec.to_builtins(value)
    if isinstance(plain, bool) or plain is None:
        return
    if isinstance(plain, int | float):
        yield float(plain)
    elif isinstance(plain, dict):
        for inner in plain.values():
            yield from _numbers(inner)
    elif isinstance(plain, list | tuple):
        for inner in plain:
            yield from _numbers(inner)
