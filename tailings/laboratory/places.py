"""Places on the map as chainage and offset of a facility: UTM and other projected systems, longitude and latitude."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np

from tailings.laboratory.mapping import BadMap, FacilityGrid, epsg
from tailings.series import Values

WGS_84: Final = "EPSG:4326"
DEGREES: Final = re.compile(
    r"(?P<first>[NSEWO]\s*)?(?P<sign>[+-])?\s*(?P<d>\d{1,3}([.,]\d+)?)\s*[°º:]?\s*"
    r"((?P<m>\d{1,2}([.,]\d+)?)\s*['’′:]?\s*)?((?P<s>\d{1,2}([.,]\d+)?)\s*(\"|''|’’|″|”)?\s*)?(?P<last>[NSEWO])?",
    re.IGNORECASE,
)
MAX_CHARACTERS: Final = 40
NEGATIVE: Final = ("S", "W", "O")
"""O is oeste and ouest; where it is Ost, the place is rejected as too far from the facility."""
FARTHEST_M: Final = 50_000.0
"""From chainage 0: a place beyond is a wrong zone, or axes in the wrong order."""


def degrees(text: str) -> float | None:
    """Read decimal degrees, or degrees, minutes and seconds, with a sign or a letter; None for anything else."""
    found = DEGREES.fullmatch(text.strip()[:MAX_CHARACTERS])
    if found is None:
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("d", "m", "s")]
    letter = (found["first"] or found["last"] or "").strip().upper()
    if any(part >= 60 for part in parts[1:]) or (letter and found["sign"]):
        return None
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if letter in NEGATIVE or found["sign"] == "-" else value


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
    try:
        import pyproj
    except ModuleNotFoundError as error:
        raise BadMap("grid: other coordinates need pyproj: pip install 'tailwatch[laboratory]'") from error
    try:
        found = pyproj.Transformer.from_crs(of, to, always_xy=True)
        if found.target_crs is None or not found.target_crs.is_projected:
            raise BadMap(f"grid.crs: {to} has degrees; name a projected one, such as EPSG:32719 or UTM 19 south")
        east, north = found.transform(x, y)
    except pyproj.exceptions.ProjError as error:
        raise BadMap(f"grid: {of} cannot be turned into {to}; write EPSG:32719 or UTM 19 south") from error
    return np.asarray(east), np.asarray(north)
