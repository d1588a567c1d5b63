"""Electrical conductivity at 25 degC: EC25 = EC / (1 + a (T - 25)), a = 0.0191 per degree.

Source: Van Essen Instruments, CTD-Diver DI28x manual (May 2022), section 1.5.1, equation 5 (1.91 %/degC).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Example, FormulaDoubt, Given, Input
from tailings.series import Values

INPUTS = (Input("conductivity", "uS/cm"), Input("temperature", "Cel"))
RESULT = (("conductivity-25",), "uS/cm")
CALIBRATION = None
_REFERENCE_DEGC = 25.0
# The straight line is a fit for water between freezing and warm; outside it the result is doubted.
_VALID_DEGC = (0.0, 40.0)


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Change per degree (strong acids have less), and how old the temperature may be."""

    per_degc: Annotated[float, Meta(gt=0, lt=0.1)] = 0.0191
    """The change per degree, as a share; strong acids have less. [1/Cel]"""
    temperature_stale_after_s: Annotated[float, Meta(ge=0)] = 600.0
    """How old the temperature may be."""


EQUATION = "conductivity / (1 + per_degc * (temperature - 25))"
EXAMPLE = Example(
    inputs={"conductivity": 1800.0, "temperature": 10.0},
    result=2523.0,
    tolerance=0.5,
    origin="recomputed independently: 1800 uS/cm at 10 degC",
)


def conductivity_at_25(conductivity: Values, temperature_degc: Values, per_degc: float) -> Values:
    """Conductivity at 25 degC in the unit of the one measured at `temperature_degc`, float64[n]."""
    return conductivity / (1.0 + per_degc * (temperature_degc - _REFERENCE_DEGC))


def compute(given: Given) -> Computed:
    """EC25 [uS/cm] at each instant."""
    temperature = given["temperature"]
    low, high = _VALID_DEGC
    outside = FormulaDoubt((temperature < low) | (temperature > high), "outside-temperature-range")
    return Computed(conductivity_at_25(given["conductivity"], temperature, given.parameters.per_degc), (outside,))
