"""Evaluating one derived datastream: align the inputs, compute, and carry quality and its cause along.

The same call serves one instant of a pack and ten million rows of a recalculation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tailings import failed_tests, units
from tailings.facility.model import Datastream, Facility
from tailings.formulas._contract import Computed, Given, Input, Setting, get, inputs_of
from tailings.formulas._dated import CALIBRATION, Lists, lists_of, stretches
from tailings.series import Flags, Mask, Series, Times, Values, latest_at
from tailings.windows import holds, starts
from wire import quality as flag

# Rows computed at once: small enough for the processor's cache, large enough that Python's share vanishes.
_BLOCK_ROWS = 32_768
LOST: Final = ("missing", "stale")


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A derived series and all that lowered its quality.

    causes: by name the grade that this cause gives each row, uint8[n]; below 3 it says nothing. A cause is
    `input.<role>` (that input had this quality), `missing.<role>`, `stale.<role>`, `calibration.none`, `geometry.none`
    (no crest, tip, survey, zero or model is stated for that day), or `formula.<reason>`.
    """

    series: Series
    causes: Mapping[str, Flags]

    def tests(self) -> list[str | None]:
        """For each row the causes that decided its quality, joined by commas; None where it is not lowered."""
        return failed_tests.names(self.series.quality, {}, self.causes)


class _Verdict:
    """Quality that only gets worse (9 > 4 > 3 > 2 > 1), and the grade of each cause."""

    def __init__(self, rows: int) -> None:
        self.quality: Flags = np.full(rows, flag.PASS, dtype=np.uint8)
        self.causes: dict[str, Flags] = {}

    def inherit(self, quality: Flags, role: str) -> None:
        worst = int(np.max(quality, initial=flag.PASS))
        if worst > flag.PASS:
            np.maximum(self.quality, quality, out=self.quality)
        if worst >= flag.SUSPECT:
            self.causes[f"input.{role}"] = quality

    def lower(self, where: Mask, quality: int, cause: str) -> None:
        if where.any():
            grade = np.where(where, quality, 0).astype(np.uint8)
            np.maximum(self.quality, grade, out=self.quality)
            self.causes[cause] = np.maximum(self.causes[cause], grade) if cause in self.causes else grade


def evaluate(datastream: Datastream, inputs: Mapping[str, Series], facility: Facility) -> Derived:
    """Compute a derived datastream at the times of its formula's first input.

    inputs: series by role (`datastream.inputs` says which datastream plays which role), in the unit of that
    datastream. Inputs measured at other instants count with their last value at or before, within their staleness
    limit; the first one counts at its instants alone. The result is in the datastream's unit. A role that is configured
    but not given counts as never measured.
    """
    if datastream.formula is None:
        raise ValueError(f"{datastream.name} is raw; only a derived datastream can be evaluated")
    formula, verdict = get(datastream.formula), _Verdict(len(lead_of(datastream, inputs)))
    given = given_of(datastream, inputs, facility, verdict)
    value = _compute(formula, given, lists_of(datastream, facility), verdict)
    return _result(units.convert(value, formula.RESULT[1], datastream.unit), given.time_ms, verdict)


def lead_of(datastream: Datastream, inputs: Mapping[str, Series]) -> Series:
    """The series that gives a derived datastream its times; empty when it is not given."""
    declared = inputs_of(get(datastream.formula or ""), datastream.inputs)
    return inputs.get(next(iter(declared)), None) or Series.empty()


def evaluate_at(datastream: Datastream, inputs: Mapping[str, Series], facility: Facility, time_ms: Times) -> Values:
    """The result at given times; NaN where its leading input has no row. float64[n]."""
    found = evaluate(datastream, inputs, facility).series
    return at_times(found, time_ms)


def at_times(series: Series, time_ms: Times) -> Values:
    """The values of a series at exactly these times; NaN where it has no row, float64[n]."""
    if not len(series):
        return np.full(time_ms.size, np.nan)
    row = np.minimum(np.searchsorted(series.time_ms, time_ms), len(series) - 1)
    return np.where(series.time_ms[row] == time_ms, series.value[row], np.nan)


def independent_at(
    datastream: Datastream, inputs: Mapping[str, Series], facility: Facility, time_ms: Times, *, standard: Values
) -> Values:
    """Standard uncertainty of results whose leading input errs anew at each reading, by a formula that says so.

    standard: of each row of the leading input, in its unit. In the datastream's unit, float64[n]; NaN without a row.
    """
    formula, lead = get(datastream.formula or ""), lead_of(datastream, inputs)
    role = next(iter(inputs_of(formula, datastream.inputs)))
    given = given_of(datastream, inputs, facility)
    kind = inputs_of(formula, datastream.inputs)[role]
    own = standard * units.difference(1.0, facility.datastreams[datastream.inputs[role]].unit, kind.unit)
    result = formula.independent(given, np.where(np.isnan(given[role]), 0.0, own))
    found = result * units.difference(1.0, formula.RESULT[1], datastream.unit)
    return at_times(Series.of(lead.time_ms, found), time_ms)


def own_standard_at(
    datastream: Datastream, inputs: Mapping[str, Series], facility: Facility, time_ms: Times
) -> Values | None:
    """Standard uncertainty that the formula adds by itself, by a formula that says so; None by any other.

    In the datastream's unit, float64[n]; NaN without a row of its leading input or an entry in force.
    """
    formula = get(datastream.formula or "")
    if not hasattr(formula, "own_standard"):
        return None
    given = given_of(datastream, inputs, facility)
    value: Values = np.full(given.time_ms.size, np.nan)
    for start, end, dated in stretches(lists_of(datastream, facility), given.time_ms):
        if None not in dated.values():
            value[start:end] = formula.own_standard(part_of(given, slice(start, end), dated))
    own = value * units.difference(1.0, formula.RESULT[1], datastream.unit)
    return at_times(Series.of(given.time_ms, own), time_ms)


def lost_correction(datastream: Datastream, test: str, facility: Facility) -> tuple[str, float] | None:
    """The input that a row went without by this failed test, and what that may err by [unit of the datastream].

    test: `missing.<role>` or `stale.<role>`, as `Derived` names them. None: another test, or nothing says the size.
    """
    formula, (kind, _, role) = get(datastream.formula or ""), test.partition(".")
    if kind not in LOST or not hasattr(formula, "lost_correction"):
        return None
    size = formula.lost_correction(role, setting_of(datastream, facility))
    return None if size is None else (role, units.difference(size, formula.RESULT[1], datastream.unit))


def setting_of(datastream: Datastream, facility: Facility) -> Setting:
    """How a derived datastream is configured."""
    instrument = facility.instruments[datastream.instrument]
    dated = (datastream.geometry, instrument.calibrations)
    return Setting(frozenset(datastream.inputs), datastream.parameters, *dated, instrument, facility)


def is_windowed(datastream: Datastream) -> bool:
    """Whether a datastream is made by a formula that looks back over a window of readings."""
    return datastream.formula is not None and _looks_back(get(datastream.formula))


def _looks_back(formula: ModuleType) -> bool:
    return hasattr(formula, "history_s")


def history_s(datastream: Datastream) -> float:
    """How many seconds of its inputs' past one result of a datastream needs (staleness and windows)."""
    if datastream.formula is None:
        return 0.0
    formula = get(datastream.formula)
    declared = inputs_of(formula, datastream.inputs)
    limits = [stale_after_ms_of(kind, datastream.parameters) / 1000 for kind in list(declared.values())[1:]]
    window = float(formula.history_s(datastream.parameters)) if is_windowed(datastream) else 0.0
    return max([window, *limits])


def given_of(
    datastream: Datastream, inputs: Mapping[str, Series], facility: Facility, verdict: _Verdict | None = None
) -> Given:
    """The inputs at the times of the leading one, in the formula's units; the verdict is told what is not there."""
    declared = inputs_of(get(datastream.formula or ""), datastream.inputs)
    lead = lead_of(datastream, inputs)
    verdict = verdict or _Verdict(len(lead))
    values: dict[str, Values] = {}
    quality: dict[str, Flags] = {}
    for role, kind in declared.items():
        series, is_lead = inputs.get(role) or Series.empty(), role == next(iter(declared))
        if is_lead and is_windowed(datastream):
            found, quality[role] = _window_of(datastream, lead, kind, role, verdict=verdict)
        else:
            stale_after_ms = 0 if is_lead else stale_after_ms_of(kind, datastream.parameters)
            found, quality[role] = _align(series, lead, kind, stale_after_ms, role, verdict=verdict)
        values[role] = units.convert(found, facility.datastreams[datastream.inputs[role]].unit, kind.unit)
    interval_s = facility.datastreams[datastream.inputs[next(iter(declared))]].expected_interval_s
    return Given(values, datastream.parameters, lead.time_ms, {}, facility, quality=quality, interval_s=interval_s)


def stale_after_ms_of(kind: Input, parameters: Any) -> int:
    """How old a value of an input other than the leading one may be [ms]."""
    seconds = getattr(parameters, f"{kind.name}_stale_after_s", kind.stale_after_s)
    return round(seconds * 1000)


def _align(
    series: Series, lead: Series, kind: Input, stale_after_ms: int, role: str, verdict: _Verdict
) -> tuple[Values, Flags]:
    """Values and quality of an input at the lead's times; tells the verdict where there is none, and why."""
    is_usable = _is_usable(series, kind)
    if series is lead or np.array_equal(series.time_ms, lead.time_ms):
        if is_usable.all():
            verdict.inherit(series.quality, role)
            return series.value, series.quality
        if stale_after_ms == 0:
            _tell_missing(~is_usable, kind, role, verdict)
            return _used(series.value, series.quality, is_usable, role, verdict)
    return _last_usable(usable_of(series, kind), lead, kind, stale_after_ms, role, verdict=verdict)


def used_from(datastream: Datastream, time_ms: Times, value: Values) -> NDArray[np.intp]:
    """The first row of its leading input that each result of a windowed datastream is made of, intp[n]."""
    formula, parameters = get(datastream.formula or ""), datastream.parameters
    if hasattr(formula, "used_from"):
        found: NDArray[np.intp] = formula.used_from(parameters, time_ms, value)
        return found
    return starts(time_ms, round(formula.history_s(parameters) * 1000), is_open=True)


def _window_of(datastream: Datastream, lead: Series, kind: Input, role: str, verdict: _Verdict) -> tuple[Values, Flags]:
    """Values and quality of the readings that a window is made of: without rejected ones, which are no readings.

    A result inherits the quality of the reading at its instant, and doubt of any that it is made of.
    """
    is_missing, is_rejected = lead.quality == flag.MISSING, lead.quality == flag.FAIL
    value = np.where(is_rejected, np.nan, lead.value) if is_rejected.any() else lead.value
    inherited, is_doubted = lead.quality, lead.quality == flag.SUSPECT
    if is_doubted.any():
        is_made_of = holds(is_doubted, used_from(datastream, lead.time_ms, value))
        inherited = np.where(is_made_of, np.maximum(inherited, flag.SUSPECT), inherited).astype(np.uint8)
    _tell_missing(is_missing, kind, role, verdict)
    verdict.inherit(np.where(is_missing, flag.PASS, inherited).astype(np.uint8), role)
    return value, lead.quality


def _is_usable(series: Series, kind: Input) -> Mask:
    """Where an input has a value; one that a formula can do without is better left out than taken from a bad sensor."""
    is_usable: Mask = series.quality != flag.MISSING
    return is_usable & (series.quality != flag.FAIL) if kind.optional else is_usable


def usable_of(series: Series, kind: Input) -> Series:
    """The rows of an input that a formula may use."""
    return series.rows(_is_usable(series, kind))


def _last_usable(
    usable: Series, lead: Series, kind: Input, stale_after_ms: int, role: str, verdict: _Verdict
) -> tuple[Values, Flags]:
    rows = latest_at(usable, lead.time_ms)
    never = rows < 0
    if len(usable) == 0:
        _tell_missing(never, kind, role, verdict)
        return np.full(len(lead), np.nan), np.full(len(lead), flag.MISSING, dtype=np.uint8)
    stale = ~never & (lead.time_ms - usable.time_ms[rows] > stale_after_ms)
    _tell_missing(never, kind, role, verdict)
    _tell_missing(stale, kind, role, verdict, "stale" if stale_after_ms else "missing")
    return _used(usable.value[rows], usable.quality[rows], ~(never | stale), role, verdict)


def _used(value: Values, quality: Flags, is_used: Mask, role: str, verdict: _Verdict) -> tuple[Values, Flags]:
    """Values and flags where there are any, and what the result inherits of them."""
    verdict.inherit(np.where(is_used, quality, flag.PASS).astype(np.uint8), role)
    return np.where(is_used, value, np.nan), np.where(is_used, quality, flag.MISSING).astype(np.uint8)


def _tell_missing(where: Mask, kind: Input, role: str, verdict: _Verdict, why: str = "missing") -> None:
    verdict.lower(where, flag.SUSPECT if kind.optional else flag.MISSING, f"{why}.{role}")


def _compute(formula: ModuleType, given: Given, lists: Lists, verdict: _Verdict) -> Values:
    value: Values = np.full(given.time_ms.size, np.nan)
    looks_back = _looks_back(formula)
    for start, end, dated in stretches(lists, given.time_ms):
        lacking = [name for name, entry in dated.items() if entry is None]
        if lacking:
            where = np.zeros(value.size, dtype=np.bool_)
            where[start:end] = True
            verdict.lower(where, flag.MISSING, "calibration.none" if lacking[0] == CALIBRATION else "geometry.none")
            continue
        for rows in [slice(start, end)] if looks_back else _blocks(start, end):
            value[rows] = _doubted(formula.compute(part_of(given, rows, dated)), rows, verdict)
    return value


def part_of(given: Given, rows: slice, dated: Mapping[str, Any]) -> Given:
    """Some rows of what a formula is given, with what is in force for them."""
    return replace(
        given,
        values={role: column[rows] for role, column in given.values.items()},
        quality={role: column[rows] for role, column in given.quality.items()},
        time_ms=given.time_ms[rows],
        dated=dated,
    )


def _blocks(start: int, end: int) -> Iterator[slice]:
    for at in range(start, end, _BLOCK_ROWS):
        yield slice(at, min(at + _BLOCK_ROWS, end))


def _doubted(computed: Computed, rows: slice, verdict: _Verdict) -> Values:
    for doubt in computed.doubts:
        if doubt.where.any():
            where = np.zeros(verdict.quality.size, dtype=np.bool_)
            where[rows] = doubt.where
            verdict.lower(where, doubt.quality, f"formula.{doubt.reason}")
    return computed.value


def _result(value: Values, time_ms: Times, verdict: _Verdict) -> Derived:
    without = ~np.isfinite(value)
    if without.any():
        verdict.lower(without & (verdict.quality != flag.MISSING), flag.MISSING, "formula.no-result")
    missing = verdict.quality == flag.MISSING
    if missing.any():
        value = np.where(missing, np.nan, value)
    return Derived(Series(time_ms, value, verdict.quality), verdict.causes)
