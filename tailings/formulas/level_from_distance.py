"""Level under a sensor or the top of a casing: its elevation minus the distance down to the surface.

Source: definition.
"""

from __future__ import annotations

from tailings.formulas import Computed, Example, Given, Input, NoParameters
from tailings.geometry import Dated

INPUTS = (Input("distance", "m"),)
RESULT = (("pond-level", "water-level", "gauge-height"), "m")
CALIBRATION = None
DATED = ("geometry",)
Parameters = NoParameters


class Geometry(Dated, frozen=True, kw_only=True):
    """Elevation of the sensor's zero, above the datum that the level has."""

    sensor_m: float
    """The elevation of the sensor's zero."""


GEOMETRY = Geometry
EQUATION = "sensor_m - distance"
EXAMPLE = Example(
    inputs={"distance": 4.25},
    result=338.25,
    tolerance=1e-9,
    origin="342.5 - 4.25",
    dated={"geometry": {"sensor_m": 342.5}},
)


def compute(given: Given) -> Computed:
    """Level [m] at each instant."""
    return Computed(given.geometry.sensor_m - given["distance"])
