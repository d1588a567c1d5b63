"""How deep the tailings are oxidised, by the logs of the holes: what they say, and nothing where they are silent."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.study.cutting import Cut
from tailings.study.inputs import Box
from tailings.study.results import Strip

CELLS: Final = 40
"""Of the deposit in plan, along and across, by which the share is summed."""


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


def share(strips: Sequence[Strip], box: Box, cut: Cut | None = None) -> float | None:
    """Share of the tonnes above the oxidised depth of the nearest hole whose log says one; None where none does.

    cut: by surfaces, between which the tonnes are.
    """
    logged = [one for one in strips if one.oxidised_m is not None]
    if not logged:
        return None
    axes = [np.linspace(*span, 2 * CELLS + 1)[1::2] for span in (box.chainage_m, box.offset_m)]
    cells = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 2)
    at = np.array([(one.chainage_m, one.offset_m) for one in logged])
    nearest = np.linalg.norm(cells[:, None] - at, axis=2).argmin(axis=1)
    down_to = np.array([one.collar_m - (one.oxidised_m or 0.0) for one in logged])[nearest]
    bottom, top = box.elevation_m if cut is None else cut.between(cells)
    thick = np.maximum(np.subtract(top, bottom), 0.0) + np.zeros(len(cells))
    return float(np.clip(top - np.maximum(down_to, bottom), 0.0, thick).sum() / thick.sum())
