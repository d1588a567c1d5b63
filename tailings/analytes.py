"""What laboratories measure in water: substances, units, fractions and waters, and how a column says them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from msgspec import Struct

from tailings.plugins import hint

MASS_UNITS: Final = ("ug/L", "mg/L", "ng/L")
PLAIN: Final = {"pH": ("[pH]",), "EC": ("uS/cm", "mS/cm"), "Eh": ("mV",)}
"""What is no mass in water, and its units, that in which it is kept first."""
BELOW_ZERO: Final = ("Eh",)
"""What may be negative: a potential against the hydrogen electrode is, in water without oxygen."""
KEPT_PER: Final = {"ng/L": Decimal("0.001"), "mg/L": Decimal(1000), "mS/cm": Decimal(1000)}
"""How much of the kept unit one of another unit is."""
MEDIA: Final = ("surface water", "groundwater", "seepage", "pond", "pond discharge", "drinking water")
FRACTIONS: Final = ("dissolved", "total", "bioavailable")
"""What a mass in water was determined of: filtered at 0.45 um, unfiltered, or by a bioavailability model."""
SYMBOLS: Final = (
    "Ag",
    "Al",
    "As",
    "B",
    "Ba",
    "Be",
    "Ca",
    "CaCO3",
    "Cd",
    "Cl",
    "CN",
    "CN-WAD",
    "Co",
    "Cr",
    "Cu",
    "F",
    "Fe",
    "Hg",
    "K",
    "Li",
    "Mg",
    "Mn",
    "Mo",
    "Na",
    "NH4",
    "Ni",
    "NO2",
    "NO3",
    "Pb",
    "Sb",
    "Se",
    "SO4",
    "Sn",
    "TSS",
    "Tl",
    "U",
    "V",
    "W",
    "Zn",
    *PLAIN,
)
HEADING: Final = re.compile(
    r"(?P<symbol>[A-Za-z][A-Za-z0-9-]*)(\s+(?P<unit>[^\s\[\]]+))?(\s+(?P<fraction>dissolved|total|bioavailable))?"
    r"(\s*\[(?P<method>[^\]]{1,60})\])?"
)


class BadAnalyte(ValueError):
    """A substance, unit or fraction (`part`) that is not known or not said; the sentence says how to write it."""

    def __init__(self, sentence: str, part: str = "substance") -> None:
        super().__init__(sentence)
        self.part = part


class Analyte(Struct, frozen=True):
    """A column: `Cd ug/L dissolved [ICP-MS]`. Concentrations are kept in ug/L whatever the column's unit."""

    symbol: str
    unit: str
    fraction: str
    method: str = ""

    def convert(self, value: float) -> float:
        """Turn a value of the column into the kept unit; exactly, in the decimals that were written."""
        return float(Decimal(repr(value)) * KEPT_PER.get(self.unit, 1))

    def convert_back(self, kept: float) -> float:
        """Turn a value of the kept unit into the column's."""
        return float(Decimal(repr(kept)) / KEPT_PER.get(self.unit, 1))

    @property
    def kept_unit(self) -> str:
        """The unit in which the values are kept: ug/L, [pH], uS/cm or mV."""
        return units_of(self.symbol)[0]


def units_of(symbol: str) -> tuple[str, ...]:
    """The units in which a substance may be given, that in which it is kept first."""
    return PLAIN.get(symbol, MASS_UNITS)


def read_analyte(heading: str) -> Analyte:
    """Read a heading; raises BadAnalyte. A fraction must be said for whatever has a mass in water."""
    match = HEADING.fullmatch(heading.strip())
    if match is None:
        raise BadAnalyte(f"{heading!r} names no substance that is known{hint(heading, SYMBOLS)}")
    unit, fraction = match["unit"] or "", match["fraction"] or ""
    if unit in FRACTIONS and not fraction:
        unit, fraction = "", unit
    try:
        return analyte(match["symbol"], unit, fraction, match["method"] or "")
    except BadAnalyte as error:
        raise BadAnalyte(f"{heading!r}: {error}") from error


def analyte(symbol: str, unit: str, fraction: str, method: str = "") -> Analyte:
    """Make an analyte of its parts, a unit in whatever case; raises BadAnalyte, which names the nearest known word.

    What has no mass in water (pH, EC, Eh) has no fraction either; it is kept as total.
    """
    if symbol not in SYMBOLS:
        raise BadAnalyte(f"{symbol!r} names no substance that is known{hint(symbol, SYMBOLS)}")
    allowed = units_of(symbol)
    given = unit.replace("µ", "u").replace("μ", "u").casefold() or ("[ph]" if symbol == "pH" else "")
    found = next((one for one in allowed if given == one.casefold()), None)
    if found is None:
        missing = f"write the unit, {', '.join(allowed[:-1])}{' or ' if allowed[1:] else ''}{allowed[-1]}"
        raise BadAnalyte(f"{unit!r} is no unit of {symbol}{hint(unit, allowed)}" if unit else missing, "unit")
    if symbol in PLAIN:
        if fraction not in ("", "total"):
            raise BadAnalyte(f"{symbol} has no fraction; leave out {fraction!r}", "fraction")
        return Analyte(symbol, found, "total", method)
    if fraction not in FRACTIONS:
        missing = "say dissolved (filtered at 0.45 um), total or bioavailable (by a model)"
        raise BadAnalyte(f"{fraction!r} is no fraction{hint(fraction, FRACTIONS)}" if fraction else missing, "fraction")
    return Analyte(symbol, found, fraction, method)
