"""State of charge of a node's battery from its voltage at rest, by the discharge curve of its data sheet.

Source: straight lines between points that are given from the battery's own data sheet; no curve is built in.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, between, last

INPUTS = (Input("voltage", "V"),)
RESULT = (("charge",), "%")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Points of the discharge curve, both rising."""

    voltage_v: Annotated[tuple[float, ...], Meta(min_length=2, max_length=100)]
    """Voltages of the discharge curve, rising."""
    charge_percent: tuple[float, ...]
    """The charge at each of these voltages, rising."""

    def __post_init__(self) -> None:
        if len(self.voltage_v) != len(self.charge_percent):
            raise ValueError("voltage_v and charge_percent need the same number of points")
        for name, points in (("voltage_v", self.voltage_v), ("charge_percent", self.charge_percent)):
            if any(after <= before for before, after in pairwise(points)):
                raise ValueError(f"{name} must rise from each point to the next")


EXAMPLE = Example(
    inputs={"voltage": 3.2},
    result=25.0,
    tolerance=1e-9,
    origin="half way between 0 % at 3.0 V and 50 % at 3.4 V",
    parameters={"voltage_v": [3.0, 3.4, 3.6], "charge_percent": [0.0, 50.0, 100.0]},
)


def compute(given: Given) -> Computed:
    """Charge [%] at each instant; below and above the curve its ends."""
    parameters = given.parameters
    known = np.interp(given["voltage"], parameters.voltage_v, parameters.charge_percent)
    return Computed(np.where(np.isnan(given["voltage"]), np.nan, known))


def equation(given: Given) -> Equation:
    """The straight line between the two points of the curve."""
    curve = given.parameters
    return between("voltage", last(given, "voltage"), curve.voltage_v, curve.charge_percent, units=("V", "%"))
