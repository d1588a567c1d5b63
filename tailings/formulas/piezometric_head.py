"""Pressure head above the instrument's tip from pore pressure: h = p / (rho g).

Source: Geokon 4500MLP manual, table 2 (1 m H2O = 9.8068 kPa at 1000 kg/m3); secondary: g = 9.80665 m/s2 (3rd CGPM,
1901).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Example, Given, Input
from tailings.series import Values

INPUTS = (Input("pressure", "kPa"),)
RESULT = (("pressure-head",), "m")
CALIBRATION = None
GRAVITY_M_S2 = 9.80665


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Density of the pore water: process water may be heavier than 1000 kg/m3."""

    density_kg_m3: Annotated[float, Meta(ge=900, le=1500)] = 1000.0
    """The density of the pore water."""


EQUATION = "1000 * pressure / (9.80665 * density_kg_m3)"
EXAMPLE = Example(inputs={"pressure": 50.0}, result=5.099, tolerance=0.0005, origin="by hand: 50 kPa / 9.80665 kPa/m")


def head_m(pressure_kpa: Values, density_kg_m3: float = 1000.0) -> Values:
    """Pressure head [m], float64[n], from pressure [kPa] and density [kg/m3]."""
    return pressure_kpa * (1000.0 / (density_kg_m3 * GRAVITY_M_S2))


def compute(given: Given) -> Computed:
    """Head at each instant."""
    return Computed(head_m(given["pressure"], given.parameters.density_kg_m3))
