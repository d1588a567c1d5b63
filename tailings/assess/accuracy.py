"""How well an instrument of a kind measures: rows with their sources, and none where no source was found."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec
import numpy as np

from tailings import units


class Accuracy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Plus or minus `value` [unit] of a quantity by an instrument of this driver; checked: "read" or "secondary"."""

    driver: str
    quantity: str
    value: float
    unit: str
    source: str
    checked: str


@cache
def rows() -> tuple[Accuracy, ...]:
    """All rows of the table."""
    text = resources.files("tailings.assess").joinpath("data/accuracy.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["accuracy"], tuple[Accuracy, ...])


def accuracy(driver: str, quantity: str, unit: str) -> float | None:
    """Plus or minus in `unit`; None where no source says it."""
    for row in rows():
        if (row.driver, row.quantity) == (driver, quantity):
            ends = units.convert(np.array([0.0, row.value]), row.unit, unit)
            return abs(float(ends[1] - ends[0]))
    return None
