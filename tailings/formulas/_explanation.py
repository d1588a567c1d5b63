"""How one result of a derived datastream came about: its line with the numbers, and the rows of its inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import numpy as np

from tailings import units
from tailings.facility.model import Datastream, Facility
from tailings.formulas._contract import Given, Input, get, inputs_of
from tailings.formulas._dated import facts_at
from tailings.formulas._equation import Equation, equation_of, in_unit
from tailings.formulas._evaluation import given_of, is_windowed, lead_of, part_of, stale_after_ms_of, usable_of
from tailings.series import Series, latest_at
from wire import quality as flag

Use = Literal["used", "missing", "stale", "rejected"]
NO_ROW: Final = -1


class UsedInput(NamedTuple):
    """The row of an input that a result used, or, where it used none, the last there was and why not.

    time_ms and value are None where there was no row; value: in the input's own unit, NaN where the row has none.
    """

    use: Use
    time_ms: int | None
    value: float | None
    quality: int


class Explanation(NamedTuple):
    """equation: in the datastream's unit; None where there is nothing to put into it. inputs: by role."""

    equation: Equation | None
    inputs: Mapping[str, UsedInput]


def explain(datastream: Datastream, inputs: Mapping[str, Series], facility: Facility, time_ms: int) -> Explanation:
    """Say how the result of a derived datastream at an instant was worked out of these inputs.

    inputs: series by role, as `evaluate` takes them: what it would use is what is told.
    """
    declared, lead = inputs_of(get(datastream.formula or ""), datastream.inputs), lead_of(datastream, inputs)
    first = next(iter(declared))
    used = {
        role: _used(
            inputs.get(role) or Series.empty(),
            kind,
            0 if role == first else stale_after_ms_of(kind, datastream.parameters),
            time_ms,
        )
        for role, kind in declared.items()
    }
    row = int(np.searchsorted(lead.time_ms, time_ms))
    if any(one.use != "used" and not declared[role].optional for role, one in used.items()):
        return Explanation(None, used)
    return Explanation(_equation(datastream, given_of(datastream, inputs, facility), row, facility), used)


def _equation(datastream: Datastream, given: Given, row: int, facility: Facility) -> Equation | None:
    """The line at a row, in the datastream's unit; None where nothing is in force."""
    at = dt.datetime.fromtimestamp(int(given.time_ms[row]) / 1000, dt.UTC)
    dated = facts_at(datastream, facility, at)
    if None in dated.values():
        return None
    formula = get(datastream.formula or "")
    rows = slice(0 if is_windowed(datastream) else row, row + 1)
    made = equation_of(formula, part_of(given, rows, dated))
    scale, zero = (units.convert(one, formula.RESULT[1], datastream.unit) for one in (1.0, 0.0))
    return made._replace(line=in_unit(made.line, scale - zero, zero))


def _used(series: Series, kind: Input, stale_after_ms: int, time_ms: int) -> UsedInput:
    usable, at = usable_of(series, kind), np.array([time_ms])
    found, latest = int(latest_at(usable, at)[0]), int(latest_at(series, at)[0])
    if found != NO_ROW and time_ms - usable.time_ms[found] <= stale_after_ms:
        return _row(usable, found, "used")
    if latest == NO_ROW:
        return UsedInput("missing", None, None, flag.MISSING)
    quality = int(series.quality[latest])
    is_late = time_ms - series.time_ms[latest] > stale_after_ms
    if is_late:
        return _row(series, latest, "stale" if stale_after_ms else "missing")
    return _row(series, latest, "rejected" if quality == flag.FAIL else "missing")


def _row(series: Series, at: int, use: Use) -> UsedInput:
    return UsedInput(use, int(series.time_ms[at]), float(series.value[at]), int(series.quality[at]))
