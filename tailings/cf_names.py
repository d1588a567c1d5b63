"""Names and units as the CF conventions want them: UDUNITS for our UCUM units, and standard names of quantities.

Sources: UDUNITS-2 2.2.28 (udunits2-common.xml, udunits2-accepted.xml); CF Standard Name Table v93. A quantity without
a standard name there has none: a near one would be wrong.
"""

from __future__ import annotations

import re
from typing import Final

STANDARD_NAME_TABLE: Final = "CF Standard Name Table v93"
TEMPERATURES: Final = ("Cel", "K")

# Only what UDUNITS spells otherwise. What UCUM writes in braces is a count of something: dimensionless.
_UDUNITS: Final = {
    "Cel": "degree_Celsius",
    "Ohm": "ohm",
    "kOhm": "kiloohm",
    "deg": "degree",
    "rad": "radian",
    "mrad": "milliradian",
    "m[H2O]": "m H2O",
    "{dBm}": "dBm",
    "dB": "1",
    "[pH]": "1",
    "[ppm]": "1e-6",
}
_STANDARD_NAMES: Final = {
    "barometric-pressure": "air_pressure",
    "rain": "thickness_of_rainfall_amount",
    "rain-intensity": "rainfall_rate",
    "wind-speed": "wind_speed",
    "wind-direction": "wind_from_direction",
    "humidity": "relative_humidity",
    "irradiance": "surface_downwelling_shortwave_flux_in_air",
}


def udunits(ucum: str) -> str:
    """Return how UDUNITS writes a UCUM unit."""
    return _UDUNITS.get(ucum) or ("1" if ucum.startswith("{") else ucum)


def standard_name(quantity: str) -> str | None:
    """Return the CF standard name of a quantity; None where the table has none that means the same."""
    return _STANDARD_NAMES.get(quantity)


def variable_name(quantity: str) -> str:
    """Return the name of a variable of this quantity: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9_]", "_", quantity)
