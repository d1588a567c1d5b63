"""The shadow: a failure injected into what the instruments would read, and carried through the real chain to the plan.

Nothing of the chain is made anew here: `tailings.chain` filters and derives, `tailings.assess.bounds` says how far off
a suspect value may be, `tailings.tarp` follows the plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from msgspec.structs import replace

from tailings import chain, filters, tarp
from tailings.assess import bounds, freshness
from tailings.assess.bounds import BoundedRows
from tailings.chain import FilteredSeries
from tailings.facility.lint.trial import is_free
from tailings.facility.model import Datastream, Facility
from tailings.facility.plans import Condition, Level, Plan
from tailings.series import Bounded, Series
from tailings.sight import background, inverse
from tailings.sight.model import Scenario
from tailings.sight.scenario import natural_rate_per_h, scenario_of
from wire import quality as flag

S_PER_H: Final = 3600.0
MS_PER_H: Final = 1000 * S_PER_H
STORM_EVERY: Final = 4
"""Of so many readings one is thrown off in a storm of spikes."""
STORM_TIMES: Final = 50.0
"""A spike is so many times the noise of the reading, at least a hundredth of its value."""
NOTHING: Final[frozenset[str]] = frozenset()
Followed = Mapping[str, Bounded]


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """One run of the shadow: what the chain made of each datastream, and what the plan looks at."""

    results: Mapping[str, FilteredSeries]
    followed: Followed


class Shadow:
    """One plan of a facility in a failure that begins at `now_ms`; raw: what was read until then, by datastream."""

    def __init__(self, facility: Facility, plan: Plan, raw: Mapping[str, Series], now_ms: int) -> None:
        self.plan, self.now_ms = plan, now_ms
        names = chain_of(facility, plan.datastreams())
        self.facility = part_of(facility, names)
        self.raw = {name: raw[name] for name in names if name in raw and self.facility.datastreams[name].is_raw}

    @cached_property
    def silent(self) -> frozenset[str]:
        """The instruments of which a measured datastream gives nothing now."""
        return frozenset(
            one.instrument
            for name, one in self.facility.datastreams.items()
            if one.is_raw and background.is_silent(self.raw.get(name), one.expected_interval_s, self.now_ms)
        )

    @cached_property
    def before(self) -> Mapping[str, FilteredSeries]:
        """What the chain makes of what was read."""
        return self._derive(self.raw)

    @cached_property
    def present(self) -> dict[str, float]:
        """The newest values, measured and derived."""
        found = {name: background.present(one.series) for name, one in self.before.items()}
        return {name: value for name, value in found.items() if value is not None}

    @cached_property
    def scenario(self) -> Scenario:
        """The failure that the plan looks for, from the present values on."""
        return scenario_of(self.plan, self.facility, self.present, self.lost)

    @cached_property
    def lost(self) -> frozenset[str]:
        """The datastreams of the plan that have given nothing but rejected and missing values for too long.

        What they would say in a failure is worth nothing, whatever the formulas would make of it.
        """
        return frozenset(name for name in self.plan.datastreams() if self._is_lost(name))

    @cached_property
    def until_ms(self) -> int:
        """When the scenario ends."""
        return self.now_ms + round(self.scenario.lasts_s * 1000)

    @cached_property
    def ahead(self) -> dict[str, Series]:
        """What would be read if nothing failed."""
        return self._ahead(self.raw)

    @cached_property
    def injected(self) -> dict[str, Series]:
        """What would be read in the failure."""
        return self._inject(self.ahead)

    @cached_property
    def moved(self) -> tuple[str, ...]:
        """The measured datastreams that the failure moves."""
        return tuple(name for name, one in self.injected.items() if one is not self.ahead[name])

    def run(self, lost: Collection[str] = NOTHING, *, is_storm: bool = False) -> Carried:
        """Carry the failure through the chain, without instruments that are as if they had long been gone."""
        given = {name: one for name, one in self.injected.items() if self._instrument(name) not in lost}
        if is_storm:
            given |= {name: self._stormy(given[name]) for name in self.moved if name in given}
        return self._carried(given)

    def run_with(self, returned: Collection[str]) -> Carried:
        """Carry the failure through the chain with silent instruments that read again as they did last."""
        raw = {
            name: self._until_now(name, one) if self._instrument(name) in returned else one
            for name, one in self.raw.items()
        }
        results = self._derive(self._inject(self._ahead(raw)))
        return Carried(results, self._followed(results))

    def reached_ms(
        self, followed: Followed, condition: Condition | None = None, *, is_worst_alone: bool = False
    ) -> dict[int, int]:
        """When the plan comes to each level, by rank, after the failure began; of a condition alone: to rank 1."""
        plan = self.plan
        if is_worst_alone:
            plan = replace(plan, levels=plan.levels[-1:])
        if condition is not None:
            plan = Plan(plan.id, plan.failure_mode, (Level("yellow", condition),))
        line = tarp.timeline(plan, followed, self.facility)
        later = line.time_ms > self.now_ms
        time_ms, level = line.time_ms[later], line.level[later]
        highest = int(np.max(level, initial=0))
        ranks = [one.rank for one in plan.levels if one.rank <= highest]
        return {rank: int(time_ms[int(np.argmax(level >= rank))]) for rank in ranks}

    def standing(self) -> int:
        """The level that stands before the failure begins."""
        followed = self._followed(self.before)
        level = tarp.timeline(self.plan, followed, self.facility).level
        return int(level[-1]) if level.size else 0

    def _carried(self, given: Mapping[str, Series]) -> Carried:
        results = self._derive(given)
        followed = self._followed(results)
        cut = {name: _until(followed[name], self.now_ms) for name in self.lost if name in followed}
        return Carried(results, {**followed, **cut})

    def _is_lost(self, name: str) -> bool:
        """Whether a datastream is read, and all that came of it for too long is rejected or missing."""
        result, interval_s = self.before.get(name), self.facility.datastreams[name].expected_interval_s
        if result is None or not len(result.series):
            return False
        usable = result.series.rows((result.series.quality != flag.FAIL) & (result.series.quality != flag.MISSING))
        if not len(usable):
            return True
        return freshness.is_stale((int(result.series.time_ms[-1]) - int(usable.time_ms[-1])) / 1000, interval_s)

    def _derive(self, given: Mapping[str, Series]) -> dict[str, FilteredSeries]:
        with np.errstate(all="ignore"):
            return chain.derive(self.facility, given)

    def _followed(self, results: Mapping[str, FilteredSeries]) -> Followed:
        return followed_by(self.plan, results, self.facility)

    def _ahead(self, raw: Mapping[str, Series]) -> dict[str, Series]:
        """The readings carried on; those of an instrument that is silent end where they end."""
        found = dict(raw)
        for name, one in raw.items():
            known = self.facility.datastreams[name]
            if not background.is_silent(one, known.expected_interval_s, self.now_ms):
                is_counter = known.quantity in background.COUNTERS
                found[name] = background.carried_on(
                    one, known.expected_interval_s, self.until_ms, is_counter=is_counter
                )
        return found

    def _until_now(self, name: str, series: Series) -> Series:
        """Readings of an instrument that fell silent, as if they had been taken until now."""
        known = self.facility.datastreams[name]
        if not len(series) or not background.is_silent(series, known.expected_interval_s, self.now_ms):
            return series
        return background.carried_on(series, known.expected_interval_s, self.now_ms)

    def _inject(self, ahead: dict[str, Series]) -> dict[str, Series]:
        found = dict(ahead)
        for name, (rate_per_h, lasts_s) in self._moves().items():
            datastream = self.facility.datastreams[name]
            reading = inverse.leading_reading(self.facility, name)
            if not self.facility.datastreams[reading].is_raw or reading not in ahead:
                continue
            moved = self._moved(datastream, reading, ahead[reading], rate_per_h, lasts_s)
            if moved is not None:
                found[reading] = _further(ahead[reading], found[reading], moved)
        return found

    def _moves(self) -> dict[str, tuple[float, float]]:
        """What moves, by datastream, how fast and for how long: what the scenario says, and what goes with it.

        That is whatever is compared with it, and what a formula that looks back is made of.
        """
        found: dict[str, tuple[float, float]] = {}
        waiting = [(one.datastream, one.rate_per_h, one.lasts_s) for one in self.scenario.movements]
        while waiting:
            name, rate_per_h, lasts_s = waiting.pop(0)
            if name in found:
                continue
            found[name] = rate_per_h, lasts_s
            datastream = self.facility.datastreams[name]
            waiting += [(*partner, lasts_s) for partner in self._partners(datastream, rate_per_h)]
            reading = self.facility.datastreams[inverse.leading_reading(self.facility, name)]
            if not reading.is_raw:  # its formula looks back: what it is made of moves, as it does by itself
                source = self.facility.datastreams[reading.inputs[chain.leading_role(reading)]]
                rate_per_h = natural_rate_per_h(source, self.present.get(source.name, 0.0))
                waiting.append((source.name, rate_per_h, lasts_s))
        return found

    def _partners(self, datastream: Datastream, rate_per_h: float) -> list[tuple[str, float]]:
        """What a datastream, and what it is derived from, is compared with: it measures the same, so it moves too."""
        found = [(partner, rate_per_h) for partner in filters.partners_of(datastream)]
        usual = natural_rate_per_h(datastream, self.present.get(datastream.name, 0.0))
        while not is_free(self.facility, datastream.name):
            datastream = self.facility.datastreams[datastream.inputs[chain.leading_role(datastream)]]
            share = natural_rate_per_h(datastream, self.present.get(datastream.name, 0.0)) / usual
            found += [(partner, rate_per_h * share) for partner in filters.partners_of(datastream)]
        return found

    def _moved(
        self, datastream: Datastream, reading: str, ahead: Series, rate_per_h: float, lasts_s: float
    ) -> Series | None:
        """The readings that make a datastream move so fast from now on."""
        hours = np.clip((ahead.time_ms - self.now_ms) / MS_PER_H, 0.0, lasts_s / S_PER_H)
        by = rate_per_h * hours
        if datastream.name == reading:
            return Series(ahead.time_ms, ahead.value + by, ahead.quality)
        span = ahead.value[np.isfinite(ahead.value)]
        if not span.size:
            return None
        furthest = rate_per_h * lasts_s / S_PER_H
        path = inverse.path_to(self.facility, datastream.name, self.present, span, furthest)
        if path is None:
            return None
        later = hours > 0
        value = ahead.value.copy()
        value[later] = path.moved(ahead.value[later], by[later])
        return Series(ahead.time_ms, value, ahead.quality)

    def _stormy(self, series: Series) -> Series:
        """A reading in a storm of spikes: from now on every few readings are far off, to either side."""
        known = series.value[np.isfinite(series.value)]
        noise = float(np.median(np.abs(np.diff(known)))) if known.size > 1 else 0.0
        size = max(STORM_TIMES * noise, 0.01 * float(np.max(np.abs(known), initial=0.0)))
        row = np.arange(len(series))
        is_off = (series.time_ms > self.now_ms) & (row % STORM_EVERY == 0)
        off = np.where(row // STORM_EVERY % 2 == 0, size, -size)
        return Series(series.time_ms, np.where(is_off, series.value + off, series.value), series.quality)

    def _instrument(self, name: str) -> str:
        return self.facility.datastreams[name].instrument


def followed_by(plan: Plan, results: Mapping[str, FilteredSeries], facility: Facility) -> Followed:
    """The datastreams of a plan as it looks at them: with the intervals of suspect values."""
    wanted = [name for name in plan.datastreams() if name in results]
    rows = {name: BoundedRows(one.series, _tests_at(one)) for name, one in results.items()}
    return {name: bounds.bounded(name, rows, facility) for name in wanted}


def chain_of(facility: Facility, names: Iterable[str]) -> list[str]:
    """The datastreams with all that they are derived from, flagged by and compared with, each once."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in facility.datastreams:
            found[name] = None
            one = facility.datastreams[name]
            waiting += [*one.inputs.values(), *filters.others_of(one)]
    return list(found)


def part_of(facility: Facility, names: Collection[str]) -> Facility:
    """The facility with these datastreams alone, and without plans."""
    wanted = set(names)
    return replace(
        facility,
        datastreams={name: one for name, one in facility.datastreams.items() if name in wanted},
        derived_order=tuple(name for name in facility.derived_order if name in wanted),
        tarp={},
    )


def without(followed: Followed, names: Collection[str]) -> Followed:
    """What a plan looks at, without datastreams that can give nothing."""
    return {name: one for name, one in followed.items() if name not in names}


def _until(readings: Bounded, time_ms: int) -> Bounded:
    return readings.rows(readings.time_ms <= time_ms)


def _tests_at(result: FilteredSeries) -> dict[int, str]:
    if not bounds.needs_sources(result.series.quality):
        return {}
    times = result.series.time_ms.tolist()
    return {at: tests for at, tests in zip(times, result.tests(), strict=True) if tests is not None}


def _further(ahead: Series, known: Series, moved: Series) -> Series:
    """Of two movements of one reading the one that goes further, row by row."""
    is_further = ~(np.abs(moved.value - ahead.value) < np.abs(known.value - ahead.value))
    return Series(ahead.time_ms, np.where(is_further, moved.value, known.value), ahead.quality)
