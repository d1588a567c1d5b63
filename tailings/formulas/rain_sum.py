"""Rain of the last hours: the sum of the readings within a window that ends with this one.

A window with less than 90 % of its readings (rounded up) gives a suspect sum: it can only be too small. A missing
reading gives no sum for its own instant.

Source: definition; secondary: sums of 1, 24 and 72 h are the usual ones.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, Number, Setting
from tailings.formulas._rain import at_least, depth_mm, independent_mm
from tailings.series import Values
from tailings.windows import count_values, starts

INPUTS = (Input("rain", "mm"),)
RESULT = (("rain",), "mm")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Length of the window."""

    window_s: Annotated[float, Meta(gt=0, le=90 * 86400)]
    """The length of the window."""


EXAMPLE = Example(
    inputs={"rain": 2.4}, result=2.4, tolerance=1e-9, origin="one reading", parameters={"window_s": 3600.0}
)


def history_s(parameters: Parameters) -> float:
    """The window."""
    return parameters.window_s


def compute(given: Given) -> Computed:
    """Depth [mm] of the window that ends at each instant."""
    depth, doubt = depth_mm(given, given.parameters.window_s)
    return Computed(depth, (doubt,))


def equation(given: Given) -> Equation:
    """No line: the sum of many readings."""
    window_s = given.parameters.window_s
    count = count_values(given["rain"], starts(given.time_ms, round(window_s * 1000), is_open=True))[-1]
    return Equation(method="window-sum", numbers={"count": Number(float(count), ""), "window": Number(window_s, "s")})


def independent(given: Given, standard: Values) -> Values:
    """Errors of the readings in the window [mm], added as squares."""
    return independent_mm(given, given.parameters.window_s, standard)


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a sum with missing readings says [mm]: at least so much."""
    return at_least(reason, value)
