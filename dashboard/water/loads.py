"""Loads of the seepage in words: each with a bar beside the largest of its substance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.water.models import MassLoad
from dashboard import numbers

WIDTH: Final = 100.0
MAX_SHOWN: Final = 24


@dataclass(frozen=True)
class FittedTotal:
    """One line of the table; share: its bar, in percent of the substance's largest."""

    load: MassLoad
    share: float

    @property
    def concentration(self) -> str:
        return self.load.sign + number(self.load.concentration_mg_l)


def lines(loads: Sequence[MassLoad]) -> list[FittedTotal]:
    """Give a line of each of the newest loads, by substance; the api has all of a year."""
    newest = sorted(loads, key=lambda one: one.taken_at, reverse=True)[:MAX_SHOWN]
    most: dict[str, float] = {}
    for one in newest:
        most[one.symbol] = max(one.load_kg_d, most.get(one.symbol, 0.0))
    shown = sorted(newest, key=lambda one: one.symbol)
    return [FittedTotal(one, one.load_kg_d / (most[one.symbol] or 1.0) * WIDTH) for one in shown]


def number(value: float) -> str:
    """Write a figure with three significant digits and no exponent."""
    return numbers.short(value, 3)
