"""Piezometric level above the vertical datum: elevation of the instrument's tip plus pressure head.

Source: definition; pressure head as piezometric_head.
"""

from __future__ import annotations

from tailings.formulas import Computed, Example, Given, Input
from tailings.formulas.piezometric_head import Parameters as HeadParameters
from tailings.formulas.piezometric_head import head_m

INPUTS = (Input("pressure", "kPa"),)
RESULT = (("water-level", "pond-level"), "m")
CALIBRATION = None
DATED = ("tip",)
Parameters = HeadParameters

EQUATION = "tip_elevation_m + 1000 * pressure / (9.80665 * density_kg_m3)"
EXAMPLE = Example(
    inputs={"pressure": 50.0},
    result=323.499,
    tolerance=0.0005,
    origin="by hand: 50 kPa = 5.099 m, on a tip at 318.40 m",
    dated={"tip": {"tip_elevation_m": 318.40}},
)


def compute(given: Given) -> Computed:
    """Level at each instant."""
    return Computed(given.tip_elevation_m + head_m(given["pressure"], given.parameters.density_kg_m3))
