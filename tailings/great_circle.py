"""Distances along the ground between places by longitude and latitude, on a sphere."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tailings.series import Values

EARTH_M: Final = 6_371_008.8
"""Mean radius (IUGG, secondary)."""


def distance_m(one: tuple[ArrayLike, ArrayLike], other: tuple[ArrayLike, ArrayLike]) -> Values:
    """Between (longitude, latitude) [degrees] and another, which may be arrays that broadcast; NaN stays NaN.

    The haversine formula, which keeps its digits where places are close.
    """
    (x0, y0), (x1, y1) = ((np.radians(x), np.radians(y)) for x, y in (one, other))
    half = np.sin((y1 - y0) / 2) ** 2 + np.cos(y0) * np.cos(y1) * np.sin((x1 - x0) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))), float)
