"""Temperature from the resistance of a thermistor (Steinhart-Hart), by a named set or own coefficients.

T = 1 / (A + B ln R + C (ln R)^3 + D (ln R)^5) - 273.15, R in ohm; D is 0 for most.

Source: Geokon 8002-4-1 manual, page 52 (equation with D, set geokon-10k: U.S. Sensor 103JL1A); Keithley 2700 manual,
table F-9 (sets ysi-44004, 44006, 44007). secondary: the set geokon-3k, as repeated from Geokon's manuals.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number
from tailings.series import Values

INPUTS = (Input("resistance", "Ohm"),)
RESULT = (("temperature",), "Cel")
CALIBRATION = None
_KELVIN = 273.15
# The range of the makers' resistance tables; outside it the equation is an extrapolation.
_VALID_DEGC = (-50.0, 150.0)


class Coefficients(NamedTuple):
    """Steinhart-Hart coefficients for R in ohm, result in kelvin."""

    a: float
    b: float
    c: float
    d: float = 0.0


SetName = Literal["geokon-3k", "geokon-10k", "ysi-44004", "ysi-44006", "ysi-44007"]
SETS: dict[str, Coefficients] = {
    "geokon-3k": Coefficients(1.4051e-3, 2.369e-4, 1.019e-7),
    "geokon-10k": Coefficients(1.12766979300187e-3, 2.34444184128213e-4, 8.47692130592308e-8, 1.17512193579615e-11),
    "ysi-44004": Coefficients(1.4733e-3, 2.372e-4, 1.074e-7),
    "ysi-44006": Coefficients(1.0295e-3, 2.391e-4, 1.568e-7),
    "ysi-44007": Coefficients(1.288e-3, 2.356e-4, 9.557e-8),
}


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Either a named set, or the coefficients of the maker's sheet (d only where the sheet has one)."""

    set: SetName | None = None
    """A named set of coefficients."""
    a: float | None = None
    """The coefficient a of the maker's sheet."""
    b: float | None = None
    """The coefficient b of the maker's sheet."""
    c: float | None = None
    """The coefficient c of the maker's sheet."""
    d: float | None = None
    """The coefficient d, where the sheet has one."""

    def __post_init__(self) -> None:
        own = [self.a, self.b, self.c]
        if (self.set is None) == (None in own) or (self.set is not None and [*own, self.d] != [None] * 4):
            raise ValueError('give either set = "geokon-3k" or all of a, b and c')

    @property
    def coefficients(self) -> Coefficients:
        """The coefficients to use."""
        if self.set is not None:
            return SETS[self.set]
        return Coefficients(self.a or 0.0, self.b or 0.0, self.c or 0.0, self.d or 0.0)


EXAMPLE = Example(
    inputs={"resistance": 3000.0},
    result=24.992,
    tolerance=0.001,
    origin="recomputed independently from the coefficients",
    parameters={"set": "geokon-3k"},
)


def temperature_degc(resistance_ohm: Values, coefficients: Coefficients) -> Values:
    """Temperature [degC], float64[n]; NaN where the resistance is not positive."""
    with np.errstate(invalid="ignore", divide="ignore"):
        log = np.log(np.where(resistance_ohm > 0, resistance_ohm, np.nan))
        inverse = coefficients.a + (coefficients.b + coefficients.c * log * log) * log
        if coefficients.d:
            inverse = inverse + coefficients.d * log**5
        kelvin = 1.0 / inverse
    return kelvin - _KELVIN


def compute(given: Given) -> Computed:
    """Temperature at each instant; suspect outside the range of the makers' tables."""
    temperature = temperature_degc(given["resistance"], given.parameters.coefficients)
    low, high = _VALID_DEGC
    return Computed(
        temperature, (FormulaDoubt((temperature < low) | (temperature > high), "outside-thermistor-range"),)
    )


def equation(given: Given) -> Equation:
    """Steinhart-Hart, with D where there is one."""
    chosen = given.parameters.coefficients
    line = "a + b * ln(resistance) + c * ln(resistance) ** 3"
    line += " + d * ln(resistance) ** 5" if chosen.d else ""
    return Equation(f"1 / ({line}) - 273.15", {name: Number(one, "") for name, one in chosen._asdict().items()})
