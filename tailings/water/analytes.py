"""What a column of a laboratory's water table is about: substance, unit, fraction and method."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from tailings.plugins import hint

UNITS: Final = {"ug/l": "ug/L", "mg/l": "mg/L", "ng/l": "ng/L", "us/cm": "uS/cm", "ms/cm": "mS/cm", "mv": "mV"}
PER_UG_L: Final = {"ng/L": 1e-3, "ug/L": 1.0, "mg/L": 1e3}
PLAIN: Final = {"pH": "[pH]", "EC": "uS/cm", "Eh": "mV"}
"""What is no mass in water, and its unit."""
FRACTIONS: Final = ("dissolved", "total")
SYMBOLS: Final = (
    "Ag", "Al", "As", "B", "Ba", "Be", "Ca", "CaCO3", "Cd", "Cl", "CN", "CN-WAD", "Co", "Cr", "Cu", "F", "Fe", "Hg",
    "K", "Li", "Mg", "Mn", "Mo", "Na", "NH4", "Ni", "NO2", "NO3", "Pb", "Sb", "Se", "SO4", "Sn", "TSS", "Tl", "U", "V",
    "W", "Zn", *PLAIN,
)  # fmt: skip
HEADING: Final = re.compile(
    r"(?P<symbol>[A-Za-z][A-Za-z0-9-]*)(\s+(?P<unit>[^\s\[\]]+))?(\s+(?P<fraction>dissolved|total))?"
    r"(\s*\[(?P<method>[^\]]{1,60})\])?"
)


class BadAnalyte(ValueError):
    """A heading that does not say substance, unit and fraction; the sentence says how to write it."""


class Analyte(Struct, frozen=True):
    """A column: `Cd ug/L dissolved [ICP-MS]`. Concentrations are kept in ug/L whatever the column's unit."""

    symbol: str
    unit: str
    fraction: str
    method: str

    def convert(self, value: float) -> float:
        """Turn a value of the column into ug/L (pH, uS/cm and mV stay)."""
        if self.symbol in PLAIN:
            return value * 1e3 if self.unit == "mS/cm" else value
        return value * PER_UG_L[self.unit]

    @property
    def kept_unit(self) -> str:
        """The unit in which the values are kept."""
        return PLAIN.get(self.symbol, "ug/L")


def read_analyte(heading: str) -> Analyte:
    """Read a heading; raises BadAnalyte. A fraction must be said for whatever has a mass in water."""
    match = HEADING.fullmatch(heading.strip())
    symbol = match["symbol"] if match else ""
    if match is None or symbol not in SYMBOLS:
        raise BadAnalyte(f"{heading!r} names no substance that is known{hint(symbol or heading, SYMBOLS)}")
    method = match["method"] or ""
    given = (match["unit"] or "").replace("µ", "u").replace("μ", "u").casefold()
    if symbol in PLAIN:
        unit = "[pH]" if symbol == "pH" else UNITS.get(given, "")
        allowed = {"pH": ("[pH]",), "EC": ("uS/cm", "mS/cm"), "Eh": ("mV",)}[symbol]
        if unit not in allowed:
            raise BadAnalyte(f"{heading!r}: write the unit, {' or '.join(allowed)}")
        return Analyte(symbol, unit, "total", method)
    unit = UNITS.get(given, "")
    if unit not in PER_UG_L:
        raise BadAnalyte(f"{heading!r}: write the unit, ug/L, mg/L or ng/L")
    if match["fraction"] is None:
        raise BadAnalyte(f"{heading!r}: say dissolved (filtered at 0.45 um) or total")
    return Analyte(symbol, unit, match["fraction"], method)
