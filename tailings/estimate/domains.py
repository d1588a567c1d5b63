"""Domains: parts of a facility that were laid down alike, told apart by lift and by beach or pond.

Source: tailings settle coarse near the discharge and fine at the pond, and change with each lift (design, secondary).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tailings.series import Values


def label(elevation_m: Values, distance_m: Values, lift_tops_m: tuple[float, ...], beach_m: float) -> NDArray[np.int64]:
    """Number the domain of each point: twice the lift, plus one beyond the beach.

    elevation_m: (n,) above the datum; distance_m: (n,) from the line of discharge; lift_tops_m: rising elevations at
    which one lift ends and the next begins; beach_m: how far the beach reaches.
    """
    if list(lift_tops_m) != sorted(set(lift_tops_m)):
        raise ValueError("the tops of the lifts must rise")
    lift = np.searchsorted(np.array(lift_tops_m, dtype=np.float64), elevation_m, side="left")
    return np.asarray(2 * lift + (distance_m > beach_m), dtype=np.int64)


def shares(elevation_m: Values, offset_m: Values, lift_tops_m: tuple[float, ...], beach_m: float) -> dict[int, Values]:
    """Share of each cell of a section that each domain has, (y, z), by its number.

    elevation_m, offset_m: rising edges of the cells (z + 1,) and (y + 1,); the line of discharge is at offset 0.
    """
    borders = [-np.inf, *lift_tops_m, np.inf]
    beach = _overlap(offset_m, -beach_m, beach_m)
    found = {}
    for lift, (low, high) in enumerate(pairwise(borders)):
        inside = _overlap(elevation_m, low, high)
        found[2 * lift] = beach[:, None] * inside
        found[2 * lift + 1] = (1.0 - beach)[:, None] * inside
    return found


def _overlap(edges: Values, low: float, high: float) -> Values:
    """Share of each cell between edges that lies from low to high."""
    part = np.minimum(edges[1:], high) - np.maximum(edges[:-1], low)
    return np.asarray(np.maximum(part, 0.0) / np.diff(edges))


def words(number: int) -> str:
    """Say which domain a number means ("lift 2, pond")."""
    return f"lift {number // 2 + 1}, {'pond' if number % 2 else 'beach'}"
