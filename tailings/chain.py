"""The chain from raw series to every derived one: filter, derive, filter, in the order of the formulas.

It is gone along twice where instruments are compared with each other (`tailings.partners`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tailings import failed_tests, filters, formulas, partners
from tailings.facility.model import Datastream, Facility
from tailings.filters import Checked
from tailings.formulas import Derived
from tailings.series import Flags, Series, Times
from wire import quality as flag


@dataclass(frozen=True, slots=True, eq=False)
class FilteredSeries:
    """One datastream after its filters: the series with its final quality, and who decided it."""

    series: Series
    checked: Checked
    derived: Derived | None = None

    def tests(self) -> list[str | None]:
        """For each row all filters and causes that decided its quality; None where it is not lowered."""
        return failed_tests.names(self.series.quality, self.checked.flags, self._causes)

    def grouped_tests(self) -> tuple[NDArray[np.intp], list[str | None]]:
        """The same as places in a short list, of as many rows as there may be."""
        return failed_tests.grouped(self.series.quality, self.checked.flags, self._causes)

    @property
    def _causes(self) -> Mapping[str, Flags]:
        return self.derived.causes if self.derived else {}


class Decided(NamedTuple):
    """Flags that a person gave: they stand, whatever the tests say. time_ms: int64[n], flags: uint8[n]."""

    time_ms: Times
    flags: Flags


def derive(
    facility: Facility,
    raw: Mapping[str, Series],
    only: Collection[str] | None = None,
    decided: Mapping[str, Decided] | None = None,
) -> dict[str, FilteredSeries]:
    """Filter raw series and compute what is derived from them.

    raw: series by datastream name (`n07:vw1.frequency`), in the datastream's unit; a derived name among them is
    taken as given and not computed again. Derived datastreams whose leading input is not there are left out.
    only: compute these derived datastreams and no others (their inputs must be among raw or in this list).
    decided: what persons said of rows, by datastream name; what is made of such a row inherits it.
    """
    alone = partners.stage_one(facility)
    first = None
    if alone is not None:
        given = {name: series for name, series in raw.items() if name in alone.datastreams}
        first = _Run(alone, given, decided or {})
        first.go(None)
    run = _Run(facility, raw, decided or {}, first)
    run.go(only)
    return run.done


def leading_role(datastream: Datastream) -> str:
    """The role whose series gives a derived datastream its times."""
    if datastream.formula is None:
        raise ValueError(f"{datastream.name} is raw")
    return next(iter(formulas.inputs_of(formulas.get(datastream.formula), datastream.inputs)))


@dataclass(slots=True)
class _Run:
    """One pass along the chain; `series` holds what is settled (or raw and not yet settled), `plain` values alone.

    first: the pass of stage one, whose partners this one compares with.
    """

    facility: Facility
    given: Mapping[str, Series]
    decided: Mapping[str, Decided]
    first: _Run | None = None
    series: dict[str, Series] = field(default_factory=dict)
    plain: dict[str, Series] = field(default_factory=dict)
    done: dict[str, FilteredSeries] = field(default_factory=dict)

    def go(self, only: Collection[str] | None) -> None:
        """Settle the given series, and derive from them in the order of the formulas."""
        self.series.update(self.given)
        wanted = [name for name in self.facility.derived_order if only is None or name in only]
        for name in [*self.given, *(name for name in wanted if name not in self.given)]:
            own = self._of_stage_one(name) or self._by_own_tests(name)
            if own is not None:
                self.done[name] = self._compared(name, own)
                self.series[name] = self.done[name].series

    def _of_stage_one(self, name: str) -> FilteredSeries | None:
        """What stage one has made of the same series."""
        if self.first is None or name not in self.first.done:
            return None
        sources = () if name in self.given else self.facility.datastreams[name].inputs.values()
        is_same = all(self.series.get(source) is self.first.series.get(source) for source in sources)
        return self.first.done[name] if is_same else None

    def _by_own_tests(self, name: str) -> FilteredSeries | None:
        """Derive a datastream, unless it is given, and run the filters that need no partner."""
        datastream, before = self.facility.datastreams[name], self.given.get(name)
        derived = None if before is not None else self._evaluate(datastream, self.series)
        if derived is not None:
            before = derived.series
        if before is None:
            return None
        own = filters.own_tests(datastream)
        checked = Checked(before.quality)
        if own:
            judged = replace(datastream, filters=own)
            checked = filters.apply(judged, before, self._others(filters.others_of(judged)))
        return self._result(name, before, checked, derived)

    def _compared(self, name: str, own: FilteredSeries) -> FilteredSeries:
        """Compare a datastream with its partners."""
        datastream = self.facility.datastreams[name]
        compared = filters.comparisons(datastream)
        if not compared:
            return own
        seen = filters.apply(replace(datastream, filters=compared), own.series, *self._partners(datastream))
        checked = Checked(seen.quality, {**own.checked.flags, **seen.flags})
        return self._result(name, own.series, checked, own.derived)

    def _result(self, name: str, before: Series, checked: Checked, derived: Derived | None) -> FilteredSeries:
        """Put a quality on a series: that of the tests, save where a person has decided."""
        quality = checked.quality
        if name in self.decided:
            quality = _overruled(before, quality, self.decided[name])
        if quality is before.quality or np.array_equal(quality, before.quality):
            return FilteredSeries(before, checked, derived)
        return FilteredSeries(Series(before.time_ms, before.value, quality), checked, derived)

    def _partners(self, datastream: Datastream) -> tuple[dict[str, Series], dict[str, int]]:
        """What a datastream is compared with, as stage one judged it, and from when on that is open."""
        first = self.first
        if first is None:
            return {}, {}
        names = [name for name in filters.partners_of(datastream) if name in first.series]
        open_ms = {name: partners.open_since_ms(first.facility, name, first.times_of) for name in names}
        return {name: first.series[name] for name in names}, open_ms

    def times_of(self, name: str) -> Times:
        """The times of a datastream that is settled."""
        return self.series[name].time_ms if name in self.series else np.zeros(0, np.int64)

    def _others(self, names: Collection[str]) -> dict[str, Series]:
        """What own tests look at beside the series. Only its values count, so it need not be settled first."""
        return {name: series for name in names if (series := self._values_of(name)) is not None}

    def _values_of(self, name: str) -> Series | None:
        """The values of a datastream, computed ahead of its turn where necessary."""
        if name in self.series:
            return self.series[name]
        datastream = self.facility.datastreams[name]
        if name not in self.plain and not datastream.is_raw:
            derived = self._evaluate(datastream, self._others(datastream.inputs.values()))
            if derived is not None:
                self.plain[name] = derived.series
        return self.plain.get(name)

    def _evaluate(self, datastream: Datastream, known: Mapping[str, Series]) -> Derived | None:
        given = {role: known[source] for role, source in datastream.inputs.items() if source in known}
        if not given or leading_role(datastream) not in given:
            return None
        return formulas.evaluate(datastream, given, self.facility)


def _overruled(series: Series, quality: Flags, decided: Decided) -> Flags:
    """Flags of tests with those of a person in their place; a missing value stays missing."""
    rows = np.searchsorted(series.time_ms, decided.time_ms)
    inside = rows < len(series)
    rows, flags = rows[inside], decided.flags[inside]
    stand = (series.time_ms[rows] == decided.time_ms[inside]) & (series.quality[rows] != flag.MISSING)
    found = quality.copy()
    found[rows[stand]] = flags[stand]
    return found
