"""What simulated nodes read in a drill: calm before the first inject, then what brings datastreams to its values.

Nothing is inverted by hand: the reading that leads the formulas behind a datastream is moved along the path on which
the real chain gives the wanted value (`tailings.sight.inverse`); all others stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import numpy as np
from msgspec import Struct

from tailings import instruments, units
from tailings.drill.scenario import BadScenario, DrillScenario
from tailings.facility.lint.trial import ChainTrial
from tailings.facility.model import Datastream, Facility
from tailings.facility.plans import Condition, Plan, Reference
from tailings.plausible import middle_of_range
from tailings.quantities import get
from tailings.series import Values
from tailings.sight.inverse import ReadingPath, leading_reading, path_to
from tailings.sight.scenario import natural_rate_per_h

USUAL: Final[Mapping[str, float]] = {
    "amplitude": 500.0,
    "barometric-pressure": 95.0,
    "current": 8.0,
    "decay-ratio": 0.885,
    "frequency": 2800.0,
    "ph": 7.0,
    "redox-reading": 200.0,
    "resistance": 5000.0,
    "signal-to-noise": 17.0,
    "temperature": 12.0,
    "tilt": 0.0,
    "tips": 0.0,
    "voltage": 13.0,
}
"""What a reading is of which the facility file says nothing, in the unit of its quantity; choices of this project."""
MEASURED_S: Final = 10.0
"""The nodes of a drill measure so often, or as often as their own file says."""
CALM_H: Final = 2.0
"""A tested datastream begins as far from its first level as its failure moves it in so many hours, or half way to 0."""
BEYOND_TOLERANCE: Final = 2.0
"""Readings go up and down by so many tolerances of a filter of flat lines, so that they are none."""


class CalmReadings(Struct, frozen=True, eq=False):
    """Raw readings before anything is played, by datastream, and the datastreams that can be set, with their values."""

    raw: Mapping[str, float]
    values: Mapping[str, float]


def calm_of(facility: Facility, drivers: Collection[str], plans: Collection[str]) -> CalmReadings:
    """Calm readings of the nodes that these drivers read: no level of these plans is reached."""
    raw = dict(_usual(facility, drivers))
    settled = set[str]()
    for name, span in _calm_spans(facility, [facility.tarp[plan] for plan in plans]).items():
        reading = leading_reading(facility, name)
        if reading not in raw or (reading in settled and span.holds(value_of(facility, name, raw))):
            continue
        aim = span.aim(facility.datastreams[name])
        path = _path(facility, name, raw, aim)
        if path is not None:
            raw[reading] = _along(path, aim)
            settled.add(reading)
    _settle_differences(facility, raw, [facility.tarp[plan] for plan in plans])
    values = {name: value_of(facility, name, raw) for name in facility.datastreams}
    return CalmReadings(raw, {name: value for name, value in values.items() if np.isfinite(value)})


def value_of(facility: Facility, name: str, raw: Mapping[str, float]) -> float:
    """What a datastream is by these readings; NaN where they give none."""
    trial = ChainTrial(facility, [name])
    if any(one not in raw for one in trial.free):
        return np.nan
    series = trial.run(np.array([[raw[one] for one in trial.free]]))[name].series
    return float(series.value[0]) if len(series) else np.nan


class DrillReadings:
    """The raw readings of a scenario; raises BadScenario for a value to which no reading can bring its datastream."""

    def __init__(self, facility: Facility, calm: CalmReadings, scenario: DrillScenario) -> None:
        self._facility, self._calm, self._scenario = facility, calm, scenario
        wanted: dict[str, list[float]] = {}
        for inject in scenario.injects:
            for name, value in inject.values.items():
                wanted.setdefault(name, []).append(value)
        self._paths = {name: self._ways(name, values) for name, values in wanted.items()}
        leads: dict[str, str] = {}
        for name in wanted:
            other = leads.setdefault(reading := leading_reading(facility, name), name)
            if other != name:
                raise BadScenario(f"scenario: values: {other} and {name} both follow from {reading}; name one of them")
        self._tolerance = {name: _tolerance(facility.datastreams[name]) for name in calm.raw}

    def at(self, elapsed_s: float) -> dict[str, float]:
        """Every raw reading so long after the first second [s], without those of instruments that do not answer."""
        found = dict(self._calm.raw)
        for name, value in self._scenario.values_at(elapsed_s, self._calm.values).items():
            for way in self._paths[name]:
                if _holds(way, value):
                    found[way.reading] = _along(way, value)
        turn = int(elapsed_s // MEASURED_S) % 2
        unread = set(self._scenario.unread(elapsed_s))
        return {
            name: value + turn * self._tolerance[name]
            for name, value in found.items()
            if self._facility.datastreams[name].instrument not in unread
        }

    def before(self, count: int) -> dict[str, Values]:
        """Every raw reading at so many instants before the drill, float64[count] each: calm."""
        turn = (np.arange(count) % 2).astype(np.float64)
        return {name: value + turn * self._tolerance[name] for name, value in self._calm.raw.items()}

    def _ways(self, name: str, values: list[float]) -> list[ReadingPath]:
        """The paths from the calm value down and up to the furthest of these."""
        now = self._calm.values[name]
        found = [_path(self._facility, name, self._calm.raw, end) for end in {min(values), max(values)}]
        ways = [one for one in found if one is not None]
        for value in values:
            if value != now and not any(_holds(one, value) for one in ways):
                known = [now, *(float(end) for way in ways for end in (way.value[0], way.value[-1]))]
                raise BadScenario(
                    f"scenario: values: no reading of {leading_reading(self._facility, name)} brings {name} to "
                    f"{value:g}; take a value from {min(known):.6g} to {max(known):.6g}"
                )
        return ways


def simulated_nodes(facility: Facility, drivers: Collection[str]) -> tuple[str, ...]:
    """The nodes whose firmware, with these drivers, reads all of their instruments; of others a logger does."""
    read = [one for one in facility.instruments.values() if one.driver not in instruments.NOT_READ]
    others = {one.node for one in read if one.driver not in drivers}
    return tuple(node for node in facility.nodes if node not in others)


def _measured(facility: Facility, drivers: Collection[str]) -> Iterator[Datastream]:
    nodes = simulated_nodes(facility, drivers)
    for name, one in facility.datastreams.items():
        kind = instruments.get(facility.instruments[one.instrument].driver)
        sent = getattr(kind, "NODE_CHANNELS", kind.CHANNELS)
        if one.is_raw and one.node in nodes and name.partition(".")[2] in sent:
            yield one


def _usual(facility: Facility, drivers: Collection[str]) -> Iterator[tuple[str, float]]:
    for one in _measured(facility, drivers):
        middle, known = middle_of_range(one), USUAL.get(one.quantity)
        value = middle
        if known is not None:
            own = units.convert(known, get(one.quantity).unit, one.unit)
            span = one.filters.get("gross_range")
            lowest, highest = (span.suspect or span.fail) if span is not None else (-np.inf, np.inf)
            value = own if lowest <= own <= highest else middle
        if value is not None:
            yield one.name, value


class CalmSpan(Struct, frozen=True):
    """Between which values no level of a plan is reached on a datastream."""

    low: float = -np.inf
    high: float = np.inf

    def holds(self, value: float) -> bool:
        """Whether no level is reached at a value."""
        return self.low < value < self.high

    def both(self, other: CalmSpan) -> CalmSpan:
        """Where no level of either is reached."""
        return CalmSpan(max(self.low, other.low), min(self.high, other.high))

    def through(self, to: Reference) -> CalmSpan:
        """The values of what is held against by which what is expected lies in this span."""
        ends = sorted((end - to.offset) / to.factor for end in (self.low, self.high))
        return CalmSpan(*ends)

    def aim(self, datastream: Datastream) -> float:
        """Where the datastream begins: some hours of its failure away from the first level."""
        if np.isfinite(self.low) and np.isfinite(self.high):
            return (self.low + self.high) / 2
        trigger = self.high if np.isfinite(self.high) else self.low
        room = CALM_H * natural_rate_per_h(datastream, trigger)
        if np.isfinite(self.low):
            return self.low + room
        return self.high - (min(room, self.high / 2) if self.high > 0 else room)


def _calm_spans(facility: Facility, plans: Collection[Plan]) -> dict[str, CalmSpan]:
    """By datastream, for those that the plans hold against values."""
    found: dict[str, CalmSpan] = {}
    for test in _tests(plans):
        if test.against is None and test.rate_over_s is None:
            name = test.datastream or ""
            found[name] = found.get(name, CalmSpan()).both(_calm_span(test))
    return found


def _tests(plans: Collection[Plan]) -> Iterator[Condition]:
    return (test for plan in plans for level in plan.levels for test in level.when.leaves())


def _calm_span(test: Condition, expected: float = 0.0) -> CalmSpan:
    """Where a test is not met; expected: what its value is held against."""
    value, back = test.value or 0.0, test.hysteresis
    if test.test == "below":
        return CalmSpan(low=expected + value + back)
    low = expected - value + back if test.test == "away" else -np.inf
    return CalmSpan(low, expected + value - back)


def _settle_differences(facility: Facility, raw: dict[str, float], plans: Collection[Plan]) -> None:
    """Move readings so that no datastream is further from what it is held against than the plans let it be.

    The tested datastream moves, within the levels on its own value; where it cannot, the other one does.
    """
    spans = _calm_spans(facility, plans)
    held = [(test.datastream or "", test.against, test) for test in _tests(plans) if test.against is not None]
    for own, to, test in held:
        now, other = value_of(facility, own, raw), value_of(facility, to.datastream, raw)
        if not np.isfinite(now) or not np.isfinite(other):
            continue
        near = _calm_span(test, to.offset + to.factor * other).both(spans.get(own, CalmSpan()))
        if near.holds(now) or _settle(facility, raw, own, near):
            spans[own] = near
        elif to.factor:
            far = CalmSpan(*(now - end for end in (_calm_span(test).high, _calm_span(test).low))).through(to)
            _settle(facility, raw, to.datastream, far.both(spans.get(to.datastream, CalmSpan())))


def _settle(facility: Facility, raw: dict[str, float], name: str, span: CalmSpan) -> bool:
    """Move the reading that leads a datastream until it is calm; return whether that can be done."""
    if not span.low < span.high:
        return False
    aim = span.aim(facility.datastreams[name])
    path = _path(facility, name, raw, aim)
    if path is None or not _holds(path, aim):
        return False
    raw[leading_reading(facility, name)] = _along(path, aim)
    return True


def _path(facility: Facility, name: str, raw: Mapping[str, float], value: float) -> ReadingPath | None:
    now = value_of(facility, name, raw)
    if not np.isfinite(now) or now == value:
        return None
    if name == leading_reading(facility, name):
        ends = np.sort(np.array([now, value]))
        return ReadingPath(name, ends, ends)
    return path_to(facility, name, raw, np.array([raw[leading_reading(facility, name)]]), value - now)


def _holds(way: ReadingPath, value: float) -> bool:
    return bool(way.value[0] <= value <= way.value[-1])


def _along(way: ReadingPath, value: float) -> float:
    return float(np.interp(value, way.value, way.at))


def _tolerance(datastream: Datastream) -> float:
    flat = datastream.filters.get("flat_line")
    return BEYOND_TOLERANCE * flat.tolerance if flat is not None else 0.0
