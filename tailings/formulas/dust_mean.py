"""Mean dust concentration of the last day (or another window).

With less than `min_capture` of the readings that are expected in the window the mean is suspect.

Source: definition; secondary: 75 % of the readings as least share, common in air-quality rules; it is a setting.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number
from tailings.series import Values
from tailings.windows import count_values, is_thin, mean, starts, total

INPUTS = (Input("dust", "ug/m3"),)
RESULT = (("dust",), "ug/m3")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Length of the window and the least share of readings."""

    window_s: Annotated[float, Meta(gt=0, le=366 * 86400)] = 86400.0
    """The length of the window."""
    min_capture: Annotated[float, Meta(gt=0, le=1)] = 0.75
    """The least share of readings that a mean needs."""


EXAMPLE = Example(inputs={"dust": 38.0}, result=38.0, tolerance=1e-9, origin="one reading")


def history_s(parameters: Parameters) -> float:
    """The window."""
    return parameters.window_s


def compute(given: Given) -> Computed:
    """Mean [ug/m3] of the window that ends at each instant."""
    parameters, dust = given.parameters, given["dust"]
    start = starts(given.time_ms, round(parameters.window_s * 1000), is_open=True)
    thin = is_thin(given.time_ms, dust, parameters.window_s, given.interval_s, parameters.min_capture)
    return Computed(mean(dust, start), (FormulaDoubt(thin, "window-not-filled"),))


def equation(given: Given) -> Equation:
    """No line: the mean of many readings."""
    window_s = given.parameters.window_s
    count = count_values(given["dust"], starts(given.time_ms, round(window_s * 1000), is_open=True))[-1]
    return Equation(method="window-mean", numbers={"count": Number(float(count), ""), "window": Number(window_s, "s")})


def independent(given: Given, standard: Values) -> Values:
    """Errors of the readings in the window [ug/m3]: their squares added, by the number of readings."""
    start = starts(given.time_ms, round(given.parameters.window_s * 1000), is_open=True)
    count = np.maximum(count_values(given["dust"], start), 1)
    return np.asarray(np.sqrt(total(standard**2, start)) / count)
