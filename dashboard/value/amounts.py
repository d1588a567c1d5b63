"""Amounts of tonnes, grades and money as the value page writes them: two significant figures, three in tables."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

from dashboard import numbers
from texts import load, say

MILLION: Final = 1e6
PERCENT_FROM_MG_PER_KG: Final = 1e4


def figures(value: float, count: int = 2) -> str:
    """Write a number with `count` significant figures."""
    return _rounded(value, _places(value, count)) if math.isfinite(value) else ""


def millions(value: float, count: int = 2) -> str:
    """Write money in millions."""
    return figures(value / MILLION, count)


def signed(value: float) -> str:
    """Write money in millions with its sign."""
    return _with_sign(value, millions(value))


def signed_spread(low: float, mid: float, high: float) -> tuple[str, str, str]:
    """Write P90, P50 and P10 of money in millions, signed, none finer than a tenth of the P50's last figure."""
    finest = _places(mid / MILLION, 2) + 1
    low_words, mid_words, high_words = (
        _with_sign(value, _rounded(value / MILLION, min(_places(value / MILLION, 2), finest)))
        for value in (low, mid, high)
    )
    return low_words, mid_words, high_words


def spread(low: str, high: str) -> str:
    """Write a range of two amounts."""
    return say(load()["value"]["spread"], low=low, high=high)


def tick_labels(values: list[float], unit: float) -> list[tuple[float, str]]:
    """Write the values of an axis in a unit, all with as many decimals as their step needs."""
    step = min((after - before for before, after in pairwise(values)), default=unit) / unit
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(value, numbers.fixed(value / unit, places)) for value in values]


def signed_tick_labels(values: list[float]) -> list[tuple[float, str]]:
    """Write the values of an axis of money in millions, with their signs, all with as many decimals as it needs."""
    return [(value, _with_sign(value, written)) for value, written in tick_labels(values, MILLION)]


def percent(share: float, count: int = 2) -> str:
    """Write a share in percent: whole from 10 % on."""
    return numbers.fixed(100 * share, 0) if share >= 0.1 or share == 0 else figures(100 * share, count)


def grade(mg_per_kg: float, count: int = 3) -> str:
    """Write a grade in percent."""
    return figures(mg_per_kg / PERCENT_FROM_MG_PER_KG, count)


def _places(value: float, count: int) -> int:
    return count - 1 - math.floor(math.log10(abs(value))) if value else 0


def _rounded(value: float, places: int) -> str:
    rounded = round(value, places)
    return numbers.fixed(rounded, max(0, places)) if rounded else "0"


def _with_sign(value: float, text: str) -> str:
    return f"+{text}" if value > 0 and text != "0" else text
