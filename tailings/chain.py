"""The chain from raw series to every derived one: filter, derive, filter, in the order of the formulas."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tailings import filters, formulas
from tailings.facility.model import Datastream, Facility
from tailings.filters import Checked
from tailings.formulas import Derived
from tailings.series import Series


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One datastream after its filters: the series with its final quality, and who decided it."""

    series: Series
    checked: Checked
    derived: Derived | None = None

    def tests(self) -> list[str | None]:
        """For each row the filters, or else the cause from its inputs, that decided its quality."""
        by_filters = self.checked.tests()
        if self.derived is None:
            return by_filters
        by_inputs = self.derived.cause_list()
        return [filtered or cause for filtered, cause in zip(by_filters, by_inputs, strict=True)]


def derive(facility: Facility, raw: Mapping[str, Series], only: Collection[str] | None = None) -> dict[str, Result]:
    """Filter raw series and compute what is derived from them.

    raw: series by datastream name (`n07:vw1.frequency`), in the datastream's unit; a derived name among them is
    taken as given and not computed again. Derived datastreams whose leading input is not there are left out.
    only: compute these derived datastreams and no others (their inputs must be among raw or in this list).
    """
    run = _Run(facility, dict(raw))
    for name in raw:
        run.settle(facility.datastreams[name], raw[name], None)
    for name in facility.derived_order:
        if name not in raw and (only is None or name in only):
            datastream = facility.datastreams[name]
            derived = run.evaluate(datastream, run.series)
            if derived is not None:
                run.settle(datastream, derived.series, derived)
    return run.done


def leading_role(datastream: Datastream) -> str:
    """The role whose series gives a derived datastream its times."""
    if datastream.formula is None:
        raise ValueError(f"{datastream.name} is raw")
    return next(iter(formulas.inputs_of(formulas.get(datastream.formula), datastream.inputs)))


@dataclass(slots=True)
class _Run:
    """One pass along the chain; `series` holds what is settled (or raw and not yet settled), `plain` values alone."""

    facility: Facility
    series: dict[str, Series]
    plain: dict[str, Series] = field(default_factory=dict)
    done: dict[str, Result] = field(default_factory=dict)

    def evaluate(self, datastream: Datastream, known: Mapping[str, Series]) -> Derived | None:
        given = {role: known[source] for role, source in datastream.inputs.items() if source in known}
        if not given or leading_role(datastream) not in given:
            return None
        return formulas.evaluate(datastream, given, self.facility)

    def settle(self, datastream: Datastream, before: Series, derived: Derived | None) -> None:
        result = Result(before, Checked(before.quality), derived)
        if datastream.filters:
            checked = filters.apply(datastream, before, self.others(datastream))
            result = Result(Series(before.time_ms, before.value, checked.quality), checked, derived)
        self.done[datastream.name] = result
        self.series[datastream.name] = result.series

    def others(self, datastream: Datastream) -> dict[str, Series]:
        """What the filters compare with. Only its values count, so it need not be settled first."""
        names = filters.others_of(datastream)
        return {name: series for name in names if (series := self.values_of(name)) is not None}

    def values_of(self, name: str) -> Series | None:
        """The values of a datastream, computed ahead of its turn where necessary."""
        if name in self.series:
            return self.series[name]
        datastream = self.facility.datastreams[name]
        if name not in self.plain and not datastream.is_raw:
            inputs = {source: self.values_of(source) for source in datastream.inputs.values()}
            derived = self.evaluate(
                datastream, {source: found for source, found in inputs.items() if found is not None}
            )
            if derived is not None:
                self.plain[name] = derived.series
        return self.plain.get(name)
