"""Numbers as people read them: digits by quantity, units in words (design: pages, 4), written by `texts.writing`."""

import math

from tailings import digits as rules
from tailings.digits import Digits, decimals, digits, plain
from texts import writing
from texts.units import unit_words, with_words
from texts.writing import short

__all__ = ["count", "fixed", "limit", "number", "short", "signed", "stated", "uncertainty", "unit_words", "with_unit"]


def number(value: float | None, quantity: str = "", unit: str | None = None) -> str:
    """Write a value of the quantity without its unit; '' when it is missing, never 0 and never a dash.

    unit: what it is in, where that may be another than the quantity's usual one.
    """
    if value is None or not math.isfinite(value):
        return ""
    return writing.number(plain(value, quantity, unit))


def with_unit(value: float | None, quantity: str, unit: str) -> str:
    """Write a value of the quantity with its unit; '' when it is missing."""
    return with_words(number(value, quantity, unit), unit)


def stated(value: float, quantity: str = "", unit: str | None = None) -> str:
    """Write a number that somebody stated, a limit, with no digit less than it has."""
    return writing.number(rules.stated(value, quantity, unit))


def limit(value: float, quantity: str, unit: str) -> str:
    """Write a limit, as it is stated, with its unit."""
    return with_words(stated(value, quantity, unit), unit)


def signed(change: float, quantity: str, unit: str, value: float | None = None) -> str:
    """Write a change of the quantity with its sign ('+0.30'); '' where it rounds to none.

    value: what has changed; a change has the decimals of its value, where these are significant figures.
    """
    plain = f"{change:.{decimals(change if value is None else value, digits(quantity, unit))}f}"
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
