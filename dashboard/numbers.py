"""Numbers as people read them: digits by quantity, units in words (design: pages, 4), written by `texts.writing`."""

import math
from dataclasses import dataclass

from tailings import quantities
from texts import load, writing
from texts.writing import short

__all__ = ["Digits", "count", "decimals", "digits", "fixed", "number", "short", "signed", "uncertainty", "unit_words"]


@dataclass(frozen=True)
class Digits:
    """How a quantity is written: a fixed number of decimals, or a number of significant figures."""

    decimals: int | None = None
    significant: int | None = None


# Where the pages ask for other digits than the quantity has of its own (tailings.quantities: what is sensible to keep).
DIGITS = {
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
FALLBACK = Digits(significant=4)

UNIT_WORDS = {
    "Cel": "°C",
    "Ohm": "Ω",
    "kOhm": "kΩ",
    "uS/cm": "µS/cm",
    "um": "µm",
    "ug/L": "µg/L",
    "ug/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "m3/s": "m³/s",
    "m3/h": "m³/h",
    "m3/d": "m³/d",
    "m3": "m³",
    "t/m3": "t/m³",
    "m2": "m²",
    "W/m2": "W/m²",
    "m/s2": "m/s²",
    "mg/(m2.d)": "mg/(m²·d)",
    "m[H2O]": "m H₂O",
    "deg": "°",
    "[pH]": "",
    "{NTU}": "NTU",
    "{dBm}": "dBm",
    "{count}": "",
    "{level}": "",
    "1": "",
}


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


def number(value: float | None, quantity: str = "") -> str:
    """Write a value of the quantity without its unit; '' when it is missing, never 0 and never a dash."""
    if value is None or not math.isfinite(value):
        return ""
    rule = digits(quantity)
    places = decimals(value, rule)
    if rule.decimals is None and abs(value) >= 10 ** (rule.significant or 4):
        value = round(value, (rule.significant or 4) - 1 - math.floor(math.log10(abs(value))))
    return fixed(value, places)


def signed(change: float, quantity: str = "", value: float | None = None) -> str:
    """Write a change of the quantity with its sign ('+0.30'); '' where it rounds to none.

    value: what has changed; a change has the decimals of its value, where these are significant figures.
    """
    plain = f"{change:.{decimals(change if value is None else value, digits(quantity))}f}"
    if not plain.strip("-0."):
        return ""
    return writing.number(plain) if change < 0 else f"+{writing.number(plain)}"


def uncertainty(value: float) -> str:
    """Write an uncertainty: two significant figures (GUM, 7.2.6)."""
    return fixed(value, decimals(value, Digits(significant=2)))


def count(value: float) -> str:
    """Write a whole number ('9999'; '26 478' with a thin space, from 10 000 on)."""
    return fixed(value, 0)


def fixed(value: float, places: int) -> str:
    """Write a number with so many decimals."""
    return writing.number(f"{value:.{places}f}")


def unit_words(unit: str) -> str:
    """Give a UCUM unit as it is printed ('Cel' is '°C'); one that is a word, in the language ('{digits}')."""
    return UNIT_WORDS.get(unit) or str(load()["units"].get(unit.strip("{}"), UNIT_WORDS.get(unit, unit)))
