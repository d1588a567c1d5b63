"""Pore pressure from the frequency of a vibrating-wire piezometer, by the maker's own sign convention.

digits R = f^2 / 1000, f in Hz; G, A, B, K as printed on the sheet; 0 = at the field zero, 1 = now.
    linear      geokon, roctest   p = G (R1 - R0)         itmsoil, rst   p = G (R0 - R1)
    polynomial  p = A R1^2 + B R1 + C with C = -(A R0^2 + B R0): the field zero gives p = 0
    temperature geokon, itmsoil, rst   + K (T1 - T0)      roctest        - K (T1 - T0)
    barometer   - (S1 - S0), only for an instrument that is sealed (pressure = "absolute")
Without a usable temperature or barometer value the term is left out and the result is suspect, never unmarked. Its
error is then that of the term: the range of the air pressure at the site, or the thermal factor times the range of the
temperature. Both ranges are assumptions of this project that a site replaces by its own.

Source: Geokon 4500 manual, section 6 (digits, linear); Geokon 4580 manual, sections 4.2-4.3 (temperature added,
barometer removed); itmsoil knowledge base 134 (E = G(R0-R1), polynomial, meaning of C); Roctest FOP manual E10160,
page 12 (temperature subtracted); RST VW2100 manual, page 7 (P = CF(L0-L)). secondary: temperature and barometer terms
of itmsoil and RST.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, Setting, last
from tailings.formulas._air import fault
from tailings.instruments.vw_piezometer import LinearCalibration, PolynomialCalibration
from tailings.series import Values

INPUTS = (
    Input("frequency", "Hz"),
    Input("temperature", "Cel", optional=True),
    Input("barometer", "kPa", optional=True),
)
RESULT = (("pore-pressure", "pressure"), "kPa")

VwCalibration = LinearCalibration | PolynomialCalibration
CALIBRATION = VwCalibration
_DIGITS_PER_HZ2 = 1e-3
_FALLING_CONVENTIONS = ("itmsoil", "rst")


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a temperature or barometer reading may be used, and how far both stray from those of the field zero.

    The ranges are plus or minus; 3 kPa is weather at one place, 10 degC the ground near the surface.
    """

    temperature_stale_after_s: Annotated[float, Meta(ge=0)] = 3600.0
    """How old the temperature may be."""
    barometer_stale_after_s: Annotated[float, Meta(ge=0)] = 7200.0
    """How old the air pressure may be."""
    temperature_range_degc: Annotated[float, Meta(gt=0)] = 10.0
    """How far the temperature strays from that of the field zero, plus or minus."""
    barometer_range_kpa: Annotated[float, Meta(gt=0)] = 3.0
    """How far the air pressure strays from that of the field zero, plus or minus."""


EXAMPLE = Example(
    inputs={"frequency": (6749 * 1000) ** 0.5},
    result=418.77,
    tolerance=0.005,
    origin="Geokon 4500 manual, page 26: G = -0.1795, R0 = 9082, R1 = 6749 (printed 418.8)",
    dated={
        "calibration": {
            "kind": "linear",
            "convention": "geokon",
            "gauge_factor_kpa_per_digit": -0.1795,
            "zero_reading_digits": 9082.0,
        }
    },
)


def digits(frequency_hz: Values) -> Values:
    """Readout digits (B units) of a frequency [Hz]. Geokon 4500 manual, equation 1."""
    return frequency_hz * frequency_hz * _DIGITS_PER_HZ2


def pressure_kpa(
    frequency_hz: Values,
    calibration: VwCalibration,
    temperature_degc: Values | None = None,
    barometer_kpa: Values | None = None,
) -> Values:
    """Pore pressure [kPa], float64[n]; a NaN in temperature or barometer leaves that term out for its row."""
    pressure = _uncorrected_kpa(digits(frequency_hz), calibration)
    if temperature_degc is not None and calibration.zero_temperature_degc is not None:
        sign = -1.0 if calibration.convention == "roctest" else 1.0
        factor = sign * calibration.thermal_factor_kpa_per_degc
        pressure = pressure + _known(factor * (temperature_degc - calibration.zero_temperature_degc))
    if barometer_kpa is not None and calibration.zero_barometer_kpa is not None:
        pressure = pressure - _known(barometer_kpa - calibration.zero_barometer_kpa)
    return pressure


def _known(term: Values) -> Values:
    """A correction, 0 where it is not known (the result is then marked as suspect by its caller)."""
    return np.where(np.isnan(term), 0.0, term)


def _uncorrected_kpa(reading: Values, calibration: VwCalibration) -> Values:
    zero = calibration.zero_reading_digits
    if isinstance(calibration, LinearCalibration):
        sign = -1.0 if calibration.convention in _FALLING_CONVENTIONS else 1.0
        return (sign * calibration.gauge_factor_kpa_per_digit) * (reading - zero)
    a, b = calibration.a_kpa_per_digit2, calibration.b_kpa_per_digit
    field_c = -(a * zero + b) * zero
    return (a * reading + b) * reading + field_c


def compute(given: Given) -> Computed:
    """Pressure at each instant."""
    return Computed(
        pressure_kpa(given["frequency"], given.calibration, given.get("temperature"), given.get("barometer"))
    )


def equation(given: Given) -> Equation:
    """The sheet's convention, with the corrections that are known; digits are written as f^2 / 1000."""
    sheet, reading = given.calibration, "frequency ** 2 / 1000"
    if isinstance(sheet, LinearCalibration):
        is_falling = sheet.convention in _FALLING_CONVENTIONS
        moved = f"zero_reading_digits - {reading}" if is_falling else f"{reading} - zero_reading_digits"
        line = f"gauge_factor_kpa_per_digit * ({moved})"
    else:
        squares = f"a_kpa_per_digit2 * (({reading}) ** 2 - zero_reading_digits ** 2)"
        line = f"{squares} + b_kpa_per_digit * ({reading} - zero_reading_digits)"
    has_thermal = sheet.zero_temperature_degc is not None and sheet.thermal_factor_kpa_per_degc != 0
    if has_thermal and not math.isnan(last(given, "temperature")):
        sign = "-" if sheet.convention == "roctest" else "+"
        line += f" {sign} thermal_factor_kpa_per_degc * (temperature - zero_temperature_degc)"
    if sheet.zero_barometer_kpa is not None and not math.isnan(last(given, "barometer")):
        line += " - (barometer - zero_barometer_kpa)"
    return Equation(line)


def lost_correction(role: str, given: Setting) -> float | None:
    """Plus or minus [kPa] of a pressure without the correction of this role; None for another one."""
    if role == "barometer":
        return float(given.parameters.barometer_range_kpa)
    if role == "temperature":
        factors = [abs(one.thermal_factor_kpa_per_degc) for one in given.calibrations]
        return max(factors, default=0.0) * float(given.parameters.temperature_range_degc)
    return None


def check(setting: Setting) -> str | None:
    """Vented or absolute, its barometer and that at the zero reading belong together, and so do the temperatures."""
    days = [(one.valid_from.date().isoformat(), one) for one in setting.calibrations]
    wrong = fault(setting, ((day, one.zero_barometer_kpa) for day, one in days), is_pressure=True)
    for day, one in days:
        if wrong is None and "temperature" not in setting.roles and one.thermal_factor_kpa_per_degc != 0:
            wrong = f"the entry of {day} has a thermal factor; name a temperature among the inputs"
    return wrong
