"""How deep the tailings are oxidised, by the logs of the holes: what they say, and nothing where they are silent."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from msgspec import Struct

from tailings.study.results import Strip


class Oxidised(Struct, frozen=True):
    """Depths below the collars [m] over the holes whose logs say one; 0 is a hole that is not oxidised."""

    holes: int
    least_m: float
    median_m: float
    most_m: float


def of(strips: Iterable[Strip]) -> Oxidised | None:
    """Give it; None where no log says a depth."""
    found = [one.oxidised_m for one in strips if one.oxidised_m is not None]
    return Oxidised(len(found), min(found), statistics.median(found), max(found)) if found else None
