"""A comparison as CSV: a line a facility with its ranks on both axes and the range of each indicator."""

from __future__ import annotations

from typing import Final

from api.comparison.models import ComparedFacility, FacilityComparison
from tailings import csv_text
from tailings.comparison import AXES, INDICATORS

OF_AXIS: Final = ("place", "rank_low", "rank_high", "first", "centre", "low", "high")
OF_INDICATOR: Final = ("low", "middle", "high", "source", "dated", "code", "numbers")


def csv(found: FacilityComparison) -> bytes:
    """Write it, in the order of the answer; an empty middle is drawn evenly between low and high."""
    head = ["key", "name", "register", "state", *(f"{axis}_{name}" for axis in AXES for name in OF_AXIS)]
    head += [f"{one.name}_{name}" for one in INDICATORS for name in OF_INDICATOR]
    return csv_text.text([head, *(_row(one) for one in found.facilities)]).encode()


def _row(one: ComparedFacility) -> list[object]:
    cells: list[object] = [one.key, one.name, one.register_, one.state]
    cells += [getattr(getattr(one, axis), name) for axis in AXES for name in OF_AXIS]
    for known in one.indicators:
        dated = known.dated.isoformat() if known.dated else None
        numbers = " ".join(repr(value).removesuffix(".0") for value in known.numbers) or None
        cells += [known.low, known.middle, known.high, known.source, dated, known.code, numbers]
    return cells
