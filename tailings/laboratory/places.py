"""Places on the map as chainage and offset of a facility: UTM and other projected systems, longitude and latitude."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tailings.laboratory.mapping import FacilityGrid
from tailings.mapped_tables.coordinates import WGS_84, epsg, transformed
from tailings.mapped_tables.faults import BadMap
from tailings.series import Values

FARTHEST_M: Final = 50_000.0
"""From chainage 0: a place beyond is a wrong zone, or axes in the wrong order."""


def in_grid(x: Values, y: Values, grid: FacilityGrid, are_degrees: bool) -> tuple[Values, Values]:
    """Chainage and offset [m] of places (n,): eastings and northings [m], or longitudes and latitudes [deg].

    NaN is a place that cannot be. Raises BadMap for a reference system that there is not.
    """
    to = epsg(grid.crs)
    of = epsg(grid.points) if grid.points else WGS_84 if are_degrees else to
    if of != to:
        x, y = _transformed(x, y, of, to)
    along = np.subtract(grid.toward, grid.zero)
    along /= math.hypot(*along)
    right = np.array([along[1], -along[0]])
    at = np.stack([x, y], -1) - np.array(grid.zero)
    at[~np.isfinite(at).all(axis=1)] = np.nan
    hand = 1.0 if grid.downstream == "right" else -1.0
    chainage, offset = at @ along, hand * (at @ right)
    far = ~(np.hypot(chainage, offset) <= FARTHEST_M)
    return np.where(far, np.nan, chainage), np.where(far, np.nan, offset)


def on_map(chainage: Values, offset: Values, grid: FacilityGrid) -> tuple[Values, Values]:
    """Easting and northing [m] of places of the facility's frame, in the grid's own system: `in_grid` the other way."""
    along = np.subtract(grid.toward, grid.zero)
    along /= math.hypot(*along)
    hand = 1.0 if grid.downstream == "right" else -1.0
    east = grid.zero[0] + chainage * along[0] + hand * offset * along[1]
    north = grid.zero[1] + chainage * along[1] - hand * offset * along[0]
    return east, north


def _transformed(x: Values, y: Values, of: str, to: str) -> tuple[Values, Values]:
    east, north, is_projected = transformed(x, y, of, to)
    if not is_projected:
        raise BadMap(f"grid.crs: {to} has degrees; name a projected one, such as EPSG:32719 or UTM 19 south")
    return east, north
