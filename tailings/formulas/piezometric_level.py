"""Piezometric level above the vertical datum: elevation of the instrument's tip plus pressure head.

Source: definition; pressure head as piezometric_head.
"""

from __future__ import annotations

from tailings.facility.model import Instrument
from tailings.formulas import Computed, Example, Given, Input, Setting
from tailings.formulas.piezometric_head import Parameters as HeadParameters
from tailings.formulas.piezometric_head import head_m

INPUTS = (Input("pressure", "kPa"),)
RESULT = (("water-level", "pond-level"), "m")
CALIBRATION = None
Parameters = HeadParameters

EXAMPLE = Example(
    inputs={"pressure": 50.0},
    result=323.499,
    tolerance=0.0005,
    origin="by hand: 50 kPa = 5.099 m, on a tip at 318.40 m",
    instrument=Instrument(name="n07:vw1", node="n07", driver="vw_piezometer", tip_elevation_m=318.40),
)


def compute(given: Given) -> Computed:
    """Level at each instant."""
    return Computed(given.tip_elevation_m + head_m(given["pressure"], given.parameters.density_kg_m3))


def check(setting: Setting) -> str | None:
    """The instrument must have a tip elevation."""
    if setting.instrument.tip_elevation_m is None:
        return f"instrument {setting.instrument.name} has no tip_elevation_m; add it"
    return None
