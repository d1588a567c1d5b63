"""Redox potential against the hydrogen electrode: Eh = reading + potential of the probe's own electrode.

The electrode's potential falls with temperature; between the table's points it is a straight line, outside them the
result is suspect.

Source: Aquaread AM-100 Aquameter manual 10401-00188 rev. M, section 13.8 (silver chloride, 3 M KCl, 5 to 40 degC).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number
from tailings.series import Values

INPUTS = (Input("reading", "mV"), Input("temperature", "Cel"))
RESULT = (("redox-potential",), "mV")
CALIBRATION = None

ELECTRODES_MV = {
    "silver-chloride-3m-kcl": {5: 221, 10: 217, 15: 214, 20: 210, 25: 207, 30: 203, 35: 200, 40: 196},
}


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """The probe's reference electrode, and how old the temperature may be."""

    electrode: Literal["silver-chloride-3m-kcl"]
    """The probe's reference electrode."""
    temperature_stale_after_s: Annotated[float, Meta(ge=0)] = 600.0
    """How old the temperature may be."""


EXAMPLE = Example(
    inputs={"reading": 400.0, "temperature": 25.0},
    result=607.0,
    tolerance=1e-9,
    origin="Aquaread AM-100 manual, section 13.8: 207 mV at 25 degC",
    parameters={"electrode": "silver-chloride-3m-kcl"},
)


def electrode_mv(electrode: str, temperature_degc: Values) -> Values:
    """Potential [mV] of a reference electrode against hydrogen, float64[n]."""
    table = ELECTRODES_MV[electrode]
    return np.interp(temperature_degc, list(table), [float(value) for value in table.values()])


def compute(given: Given) -> Computed:
    """Eh [mV] at each instant."""
    temperature, electrode = given["temperature"], given.parameters.electrode
    table = ELECTRODES_MV[electrode]
    outside = FormulaDoubt((temperature < min(table)) | (temperature > max(table)), "outside-temperature-range")
    return Computed(given["reading"] + electrode_mv(electrode, temperature), (outside,))


def equation(given: Given) -> Equation:
    """The reading plus the electrode's own potential, from its table."""
    own = float(electrode_mv(given.parameters.electrode, given["temperature"])[-1])
    return Equation("reading + electrode", {"electrode": Number(own, "mV")})
