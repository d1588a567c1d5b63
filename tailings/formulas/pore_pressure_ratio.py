"""Pore pressure ratio ru = u / (gamma z): pore pressure against the weight of the ground above the tip.

Source: secondary: definition after Bishop and Morgenstern (1960); u = 60 kPa, gamma =
18 kN/m3, z = 10 m give 0.333.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.facility.model import Instrument
from tailings.formulas import Computed, Example, Given, Input, Setting
from tailings.series import Values

INPUTS = (Input("pressure", "kPa"),)
RESULT = (("pore-pressure-ratio",), "1")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Unit weight of the ground, and the elevation of its surface above the instrument as surveyed."""

    unit_weight_kn_m3: Annotated[float, Meta(gt=5, lt=50)]
    surface_m: float


EXAMPLE = Example(
    inputs={"pressure": 60.0},
    result=0.333,
    tolerance=0.0005,
    origin="recomputed independently",
    parameters={"unit_weight_kn_m3": 18.0, "surface_m": 328.4},
    instrument=Instrument(name="n07:vw1", node="n07", driver="vw_piezometer", tip_elevation_m=318.4),
)


def ratio(pressure_kpa: Values, unit_weight_kn_m3: float, depth_m: float) -> Values:
    """Pore pressure ratio [1], float64[n]; negative pressure (suction) gives a negative ratio."""
    return pressure_kpa / (unit_weight_kn_m3 * depth_m)


def compute(given: Given) -> Computed:
    """Ratio at each instant."""
    depth_m = given.parameters.surface_m - given.tip_elevation_m
    return Computed(ratio(given["pressure"], given.parameters.unit_weight_kn_m3, depth_m))


def check(setting: Setting) -> str | None:
    """The surface lies above the tip."""
    tip_m = setting.instrument.tip_elevation_m
    if tip_m is None:
        return f"instrument {setting.instrument.name} has no tip_elevation_m; add it"
    if setting.parameters.surface_m <= tip_m:
        return f"surface_m is not above the tip at {tip_m} m; correct one of them"
    return None
