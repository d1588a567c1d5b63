"""Level under a sensor or the top of a casing: its elevation minus the distance down to the surface.

Source: definition.
"""

from __future__ import annotations

from msgspec import Struct

from tailings.formulas import Computed, Example, Given, Input

INPUTS = (Input("distance", "m"),)
RESULT = (("pond-level", "water-level", "gauge-height"), "m")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Elevation of the sensor's zero, above the datum that the level has."""

    sensor_m: float


EXAMPLE = Example(
    inputs={"distance": 4.25}, result=338.25, tolerance=1e-9, origin="342.5 - 4.25", parameters={"sensor_m": 342.5}
)


def compute(given: Given) -> Computed:
    """Level [m] at each instant."""
    return Computed(given.parameters.sensor_m - given["distance"])
