"""How many digits people read of a quantity: fewer, or others, than are sensible to keep (`tailings.quantities`)."""

import math
from dataclasses import dataclass
from typing import Final

from tailings import quantities


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


def digits(quantity: str) -> Digits:
    """Give how values of the quantity are written; four significant figures for a quantity that nobody knows."""
    if quantity in DIGITS:
        return DIGITS[quantity]
    try:
        return Digits(decimals=quantities.get(quantity).digits)
    except quantities.UnknownQuantity:
        return FALLBACK


def decimals(value: float, rule: Digits) -> int:
    """Give the number of decimals that the rule asks for at this value."""
    if rule.decimals is not None:
        return rule.decimals
    if value == 0:
        return 0
    return max(0, (rule.significant or 4) - 1 - math.floor(math.log10(abs(value))))


def plain(value: float, quantity: str = "") -> str:
    """Write a finite value of the quantity as a plain decimal number ('26480', '-0.30')."""
    rule = digits(quantity)
    places = decimals(value, rule)
    if rule.decimals is None and abs(value) >= 10 ** (rule.significant or 4):
        value = round(value, (rule.significant or 4) - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{places}f}"
