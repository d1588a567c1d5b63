"""Rain intensity: depth of a window that ends with this reading, per hour.

A window with less than 90 % of its readings (rounded up) gives a suspect intensity: it can only be too small.

Source: definition: depth / time.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, Number
from tailings.formulas._rain import depth_mm, independent_mm
from tailings.series import Values

INPUTS = (Input("rain", "mm"),)
RESULT = (("rain-intensity",), "mm/h")
CALIBRATION = None
_S_PER_H = 3600.0


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Length of the window."""

    window_s: Annotated[float, Meta(gt=0, le=86400)] = 3600.0
    """The length of the window."""


EXAMPLE = Example(
    inputs={"rain": 2.4}, result=14.4, tolerance=1e-9, origin="2.4 mm in 10 minutes", parameters={"window_s": 600.0}
)


def history_s(parameters: Parameters) -> float:
    """The window."""
    return parameters.window_s


def compute(given: Given) -> Computed:
    """Intensity [mm/h] over the window that ends at each instant."""
    window_s = given.parameters.window_s
    depth, doubt = depth_mm(given, window_s)
    return Computed(depth * (_S_PER_H / window_s), (doubt,))


def equation(given: Given) -> Equation:
    """The depth of the window, by its hours."""
    depth = Number(float(depth_mm(given, given.parameters.window_s)[0][-1]), "mm")
    return Equation("3600 * depth / window_s", {"depth": depth})


def independent(given: Given, standard: Values) -> Values:
    """Errors of the readings in the window [mm/h], added as squares."""
    window_s = given.parameters.window_s
    return np.asarray(independent_mm(given, window_s, standard) * (_S_PER_H / window_s))
