"""Pore pressure ratio ru = u / (gamma z): pore pressure against the weight of the ground above the tip.

Source: secondary: definition after Bishop and Morgenstern (1960); u = 60 kPa, gamma =
18 kN/m3, z = 10 m give 0.333.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from tailings.formulas import Computed, Example, Given, Input, NoParameters, Setting
from tailings.geometry import Dated, in_force
from tailings.series import Values

INPUTS = (Input("pressure", "kPa"),)
RESULT = (("pore-pressure-ratio",), "1")
CALIBRATION = None
DATED = ("geometry", "tip")
Parameters = NoParameters


class Geometry(Dated, frozen=True, kw_only=True):
    """Unit weight of the ground above the tip, and the elevation of its surface as surveyed."""

    unit_weight_kn_m3: Annotated[float, Meta(gt=5, lt=50)]
    """The unit weight of the ground above the tip."""
    surface_m: float
    """The elevation of the surface above the tip."""


GEOMETRY = Geometry
EQUATION = "pressure / (unit_weight_kn_m3 * (surface_m - tip_elevation_m))"
EXAMPLE = Example(
    inputs={"pressure": 60.0},
    result=0.333,
    tolerance=0.0005,
    origin="recomputed independently",
    dated={"geometry": {"unit_weight_kn_m3": 18.0, "surface_m": 328.4}, "tip": {"tip_elevation_m": 318.4}},
)


def ratio(pressure_kpa: Values, unit_weight_kn_m3: float, depth_m: float) -> Values:
    """Pore pressure ratio [1], float64[n]; negative pressure (suction) gives a negative ratio."""
    return pressure_kpa / (unit_weight_kn_m3 * depth_m)


def compute(given: Given) -> Computed:
    """Ratio at each instant."""
    depth_m = given.geometry.surface_m - given.tip_elevation_m
    return Computed(ratio(given["pressure"], given.geometry.unit_weight_kn_m3, depth_m))


def check(setting: Setting) -> str | None:
    """The surface lies above the tip whenever both are stated."""
    tips = setting.instrument.geometry
    for at in sorted(entry.valid_from for entry in (*setting.geometry, *tips)):
        surface, tip = in_force(setting.geometry, at), in_force(tips, at)
        if surface and tip and surface.surface_m <= tip.tip_elevation_m:
            return (
                f"surface_m is not above the tip at {tip.tip_elevation_m} m on {at.date().isoformat()}; "
                "correct one of them"
            )
    return None
