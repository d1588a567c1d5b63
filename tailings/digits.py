"""How many digits people read of a quantity: fewer, or others, than are sensible to keep (`tailings.quantities`).

They are those of the quantity's usual unit; in a larger one it has as many more as it takes to tell the same apart.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tailings import quantities, units


@dataclass(frozen=True)
class Digits:
    """How a quantity is written: a fixed number of decimals, or a number of significant figures."""

    decimals: int | None = None
    significant: int | None = None


DIGITS: Final = {
    "water-level": Digits(decimals=2),
    "pond-level": Digits(decimals=2),
    "freeboard": Digits(decimals=2),
    "pore-pressure": Digits(decimals=1),
    "pressure": Digits(decimals=1),
    "barometric-pressure": Digits(decimals=1),
    "rain": Digits(decimals=1),
    "rain-intensity": Digits(decimals=1),
    "displacement": Digits(decimals=1),
    "displacement-band": Digits(decimals=1),
    "redox-potential": Digits(decimals=0),
    "redox-reading": Digits(decimals=0),
    "stored-volume": Digits(significant=3),
    "temperature": Digits(decimals=1),
    "voltage": Digits(decimals=2),
    "seepage-flow": Digits(significant=2),
    "flow": Digits(significant=2),
    "ph": Digits(decimals=1),
    "conductivity": Digits(significant=3),
    "conductivity-25": Digits(significant=3),
}
FALLBACK: Final = Digits(significant=4)
"""Of a quantity that nobody knows."""


def digits(quantity: str, unit: str | None = None) -> Digits:
    """Give how values of the quantity are written; four significant figures for a quantity that nobody knows.

    unit: what they are in (UCUM), where that may be another than the usual one: a pressure in MPa has three decimals
    more than one in kPa.
    """
    try:
        known = quantities.get(quantity)
    except quantities.UnknownQuantity:
        return FALLBACK
    rule = DIGITS.get(quantity, Digits(decimals=known.digits))
    if rule.decimals is None or unit is None:
        return rule
    return Digits(decimals=rule.decimals + _further(unit, known.unit))


def kept(quantity: str, unit: str) -> int:
    """Give how many decimals are sensible to keep of a quantity (`tailings.quantities`), in a unit."""
    known = quantities.get(quantity)
    return known.digits + _further(unit, known.unit)


def _further(unit: str, usual: str) -> int:
    """The decimals that a value needs in another unit than the usual one, beside its own."""
    try:
        larger = units.difference(1.0, unit, usual)
    except units.UnknownUnit:
        return 0
    return max(0, math.ceil(round(math.log10(larger), 9)))


def decimals(value: float, rule: Digits) -> int:
    """Give the number of decimals that the rule asks for at this value."""
    if rule.decimals is not None:
        return rule.decimals
    if value == 0:
        return 0
    return max(0, (rule.significant or 4) - 1 - math.floor(math.log10(abs(value))))


def plain(value: float, quantity: str = "", unit: str | None = None) -> str:
    """Write a finite value of the quantity as a plain decimal number ('26480', '-0.30'); unit: as in `digits`."""
    rule = digits(quantity, unit)
    places = decimals(value, rule)
    if rule.decimals is None and abs(value) >= 10 ** (rule.significant or 4):
        value = round(value, (rule.significant or 4) - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{places}f}"


def stated(value: float, quantity: str = "", unit: str | None = None) -> str:
    """Write a number that somebody stated, a limit: as `plain` does, with more digits where it was stated with more."""
    written = plain(value, quantity, unit)
    return written if float(written) == value else f"{Decimal(f'{value:.12g}'):f}"
