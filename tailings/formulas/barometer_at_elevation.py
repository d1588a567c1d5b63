"""Barometric pressure at another elevation, from a barometer some way above or below (isothermal air).

p2 = p1 exp(-g (z2 - z1) / (R_d T)), T in kelvin. Good for the few hundred metres between a barometer and an instrument.

Source: secondary: hypsometric equation, gas constant of dry air 287.05 J/(kg K); tested against the ICAO standard
atmosphere.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, last
from tailings.formulas.piezometric_head import GRAVITY_M_S2
from tailings.geometry import Dated
from tailings.series import Values

INPUTS = (Input("barometer", "kPa"), Input("temperature", "Cel", optional=True))
RESULT = (("barometric-pressure",), "kPa")
CALIBRATION = None
DATED = ("geometry",)
_DRY_AIR_J_PER_KG_K = 287.05
_KELVIN = 273.15


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """The air temperature to use where none is measured [degC], and how old a measured one may be."""

    air_temperature_degc: Annotated[float, Meta(ge=-50, le=60)] = 15.0
    """The air temperature where none is measured."""
    temperature_stale_after_s: Annotated[float, Meta(ge=0)] = 7200.0
    """How old a measured temperature may be."""


class Geometry(Dated, frozen=True, kw_only=True):
    """The elevations [m] of the barometer and of the instrument that its pressure is wanted for."""

    from_m: float
    """The elevation of the barometer."""
    to_m: float
    """The elevation that its pressure is wanted at."""


GEOMETRY = Geometry
EXAMPLE = Example(
    inputs={"barometer": 101.325},
    result=89.88,
    tolerance=0.06,
    origin="ICAO standard atmosphere at 1000 m, 89.875 kPa (mean air temperature 11.75 degC)",
    parameters={"air_temperature_degc": 11.75},
    dated={"geometry": {"from_m": 0.0, "to_m": 1000.0}},
)


def pressure_at_kpa(pressure_kpa: Values, from_m: float, to_m: float, air_temperature_degc: Values) -> Values:
    """Barometric pressure [kPa] at `to_m` from the one at `from_m`, elevations in metres, float64[n]."""
    kelvin = air_temperature_degc + _KELVIN
    return pressure_kpa * np.exp(-GRAVITY_M_S2 * (to_m - from_m) / (_DRY_AIR_J_PER_KG_K * kelvin))


def compute(given: Given) -> Computed:
    """Pressure at the other elevation; the fixed air temperature stands in where none is measured."""
    fixed = given.parameters.air_temperature_degc
    measured = given.get("temperature")
    air = np.full(given["barometer"].shape, fixed) if measured is None else np.nan_to_num(measured, nan=fixed)
    return Computed(pressure_at_kpa(given["barometer"], given.geometry.from_m, given.geometry.to_m, air))


def equation(given: Given) -> Equation:
    """The hypsometric equation, with the temperature that is measured, else with the fixed one."""
    air = "air_temperature_degc" if math.isnan(last(given, "temperature")) else "temperature"
    return Equation(f"barometer * exp(-9.80665 * (to_m - from_m) / (287.05 * ({air} + 273.15)))")
