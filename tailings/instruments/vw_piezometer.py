"""Vibrating-wire piezometer: frequency and thermistor, with the maker's dated calibration.

The digits (B units) are f^2/1000, f in Hz (Geokon 4500 manual, section 6.1, equation 1).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tailings.geometry import Instant
from tailings.instruments import NoSettings

Convention = Literal["geokon", "itmsoil", "roctest", "rst"]
Settings = NoSettings

CHANNELS = {
    "frequency": "frequency",
    "reading": "reading",
    "thermistor": "resistance",
    "snr": "signal-to-noise",
    "amplitude": "amplitude",
    "decay": "decay-ratio",
    "noise-frequency": "frequency",
}
NODE_CHANNELS = ("frequency", "snr", "amplitude", "decay", "thermistor")
LIMITS = {"frequency": (100.0, 20_000.0), "thermistor": (1.0, 1e8), "reading": (1.0, 400_000.0)}
"""No wire rings outside of them, and a thermistor of 0 Ohm is a short circuit; digits are f^2/1000 of those."""


class LinearCalibration(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="linear"):
    """Gauge factor, thermal factor and the field zero; the convention says who subtracts what.

    The factors stand here exactly as they stand on the maker's sheet, with the sheet's sign.
    """

    valid_from: Instant
    """From when on it holds: a day or an instant."""
    convention: Convention
    """Whose sheet it is: the maker decides who subtracts what."""
    gauge_factor_kpa_per_digit: float
    """The gauge factor, with the sign of the sheet."""
    zero_reading_digits: float
    """The field zero: the reading without water."""
    thermal_factor_kpa_per_degc: float = 0.0
    """The thermal factor, with the sign of the sheet."""
    zero_temperature_degc: float | None = None
    """The temperature at the field zero."""
    zero_barometer_kpa: float | None = None
    """The air pressure at the field zero, of a sealed instrument."""
    valid_to: Instant | None = None
    """When it ends, where no other follows at once."""
    certificate: str | None = None
    """The number of the sheet."""

    def __post_init__(self) -> None:
        if self.gauge_factor_kpa_per_digit == 0:
            raise ValueError("gauge_factor_kpa_per_digit is 0; copy it from the calibration sheet")
        _check_thermal(self.thermal_factor_kpa_per_degc, self.zero_temperature_degc)


class PolynomialCalibration(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="polynomial"):
    """Coefficients a (kPa/digit^2) and b (kPa/digit); c follows from the field zero reading, not from the sheet.

    The sheet's own c belongs to the factory's altitude and weather (itmsoil knowledge base 134).
    """

    valid_from: Instant
    """From when on it holds: a day or an instant."""
    convention: Convention
    """Whose sheet it is: the maker decides who subtracts what."""
    a_kpa_per_digit2: float
    """The coefficient A of the sheet."""
    b_kpa_per_digit: float
    """The coefficient B of the sheet."""
    zero_reading_digits: float
    """The field zero: the reading without water."""
    thermal_factor_kpa_per_degc: float = 0.0
    """The thermal factor, with the sign of the sheet."""
    zero_temperature_degc: float | None = None
    """The temperature at the field zero."""
    zero_barometer_kpa: float | None = None
    """The air pressure at the field zero, of a sealed instrument."""
    valid_to: Instant | None = None
    """When it ends, where no other follows at once."""
    certificate: str | None = None
    """The number of the sheet."""

    def __post_init__(self) -> None:
        if self.a_kpa_per_digit2 == 0 and self.b_kpa_per_digit == 0:
            raise ValueError("a_kpa_per_digit2 and b_kpa_per_digit are both 0; copy them from the calibration sheet")
        _check_thermal(self.thermal_factor_kpa_per_degc, self.zero_temperature_degc)


CALIBRATION = LinearCalibration | PolynomialCalibration


def _check_thermal(thermal_factor: float, zero_temperature: float | None) -> None:
    if thermal_factor != 0 and zero_temperature is None:
        raise ValueError("a thermal factor needs zero_temperature_degc, the temperature at the zero reading")
