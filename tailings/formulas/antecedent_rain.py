"""Rain that the ground remembers: the rain until each reading, each weighted by exp(-age / time constant).

Readings older than five time constants, which count for less than 1 %, are left out. Where less than 90 % of the
readings of that time is there the result is suspect: it can only be too small.

Source: secondary: the antecedent precipitation index of Kohler and Linsley 1951, with a decay at each instant in place
of one a day.
"""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, Number, Setting
from tailings.formulas._rain import at_least, not_filled
from tailings.series import Values
from tailings.windows import count_values, decayed, starts

INPUTS = (Input("rain", "mm"),)
RESULT = (("rain",), "mm")
CALIBRATION = None
TIME_CONSTANTS: Final = 5.0


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """The age at which rain counts for 1 / e of itself."""

    time_constant_s: Annotated[float, Meta(gt=0, le=18 * 86400)]
    """The age at which rain counts for 1 / e of itself."""


EXAMPLE = Example(
    inputs={"rain": (4.0, 1.0, 2.0)},
    result=2.9092,
    tolerance=1e-4,
    origin="by hand: 2 + 1 / e + 4 / e^2, readings an hour apart",
    parameters={"time_constant_s": 3600.0},
)


def history_s(parameters: Parameters) -> float:
    """Five time constants."""
    return TIME_CONSTANTS * parameters.time_constant_s


def compute(given: Given) -> Computed:
    """Remembered rain [mm] at each instant."""
    return Computed(remembered_mm(given, given["rain"]), (not_filled(given, history_s(given.parameters)),))


def equation(given: Given) -> Equation:
    """No line: many readings, each with its weight."""
    start = starts(given.time_ms, round(history_s(given.parameters) * 1000), is_open=True)
    count = Number(float(count_values(given["rain"], start)[-1]), "")
    return Equation(
        method="decayed-sum", numbers={"count": count, "time_constant": Number(given.parameters.time_constant_s, "s")}
    )


def independent(given: Given, standard: Values) -> Values:
    """Errors of the readings [mm], each by its weight, added as squares."""
    return np.asarray(np.sqrt(remembered_mm(given, standard**2, power=2)))


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a result with missing readings says [mm]: at least so much."""
    return at_least(reason, value)


def remembered_mm(given: Given, rain_mm: Values, power: int = 1) -> Values:
    """Sum of rain [mm] within five time constants, the weights to a power, float64[n]."""
    start = starts(given.time_ms, round(history_s(given.parameters) * 1000), is_open=True)
    return decayed(given.time_ms, rain_mm, start, given.parameters.time_constant_s * 1000 / power)
