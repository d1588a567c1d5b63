"""Amounts of tonnes, grades and money as the value page writes them: two significant figures, three in tables."""

from __future__ import annotations

import math
from typing import Final

from api.dashboard.numbers import spaced

MILLION: Final = 1e6
PERCENT_FROM_MG_PER_KG: Final = 1e4


def figures(value: float, count: int = 2) -> str:
    """Write a number with `count` significant figures."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else ""
    places = count - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return spaced(f"{rounded:.{max(0, places)}f}")


def millions(value: float, count: int = 2) -> str:
    """Write money in millions."""
    return figures(value / MILLION, count)


def signed(value: float) -> str:
    """Write money in millions with its sign."""
    text = millions(value)
    return f"+{text}" if value > 0 else text


def percent(share: float, count: int = 2) -> str:
    """Write a share in percent: whole from 10 % on."""
    return f"{100 * share:.0f}" if share >= 0.1 or share == 0 else figures(100 * share, count)


def grade(mg_per_kg: float, count: int = 3) -> str:
    """Write a grade in percent."""
    return figures(mg_per_kg / PERCENT_FROM_MG_PER_KG, count)
