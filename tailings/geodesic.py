"""Distances, bearings and areas on the ellipsoid WGS 84, as a plane around a place, and as one that keeps areas.

Sources: T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review XXIII 176 (1975),
equations 13 to 21 (secondary: after the formulas that are in general use); J. P. Snyder, Map projections - a working
manual, USGS Professional Paper 1395 (1987), equations 3-12 and 10-15 (secondary). The tests hold both against PROJ.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tailings.series import Values

SEMI_MAJOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
"""Of WGS 84 (EPSG:7030)."""
SEMI_MINOR_M: Final = SEMI_MAJOR_M * (1 - FLATTENING)
ECCENTRICITY_2: Final = FLATTENING * (2 - FLATTENING)
MOST_STEPS: Final = 60
SETTLED: Final = 1e-13
"""Radians, less than a micrometre."""


def around(longitude: float, latitude: float, places: Values) -> Values:
    """Places (n, 2) [degrees] as metres east and north (n, 2) of one: each as far as it is, in its bearing.

    Azimuthal equidistant: between two other places a distance is too long by a share of d²/(6 R²), 3 in a million at
    25 km. No answer for what is nearly opposite on the earth.
    """
    distance, bearing = inverse(longitude, latitude, places)
    return np.stack([distance * np.sin(bearing), distance * np.cos(bearing)], axis=-1)


def inverse(longitude: float | Values, latitude: float | Values, places: Values) -> tuple[Values, Values]:
    """Distances [m] and bearings [radians, from north] of places (n, 2) [degrees] from one, or each from its own."""
    reduced = np.arctan((1 - FLATTENING) * np.tan(np.radians(latitude)))
    reduced_to = np.arctan((1 - FLATTENING) * np.tan(np.radians(places[..., 1])))
    sin_1, cos_1, sin_2, cos_2 = np.sin(reduced), np.cos(reduced), np.sin(reduced_to), np.cos(reduced_to)
    turned = np.radians((places[..., 0] - longitude + 180.0) % 360.0 - 180.0)
    on_sphere = turned
    for _ in range(MOST_STEPS):
        east, north = cos_2 * np.sin(on_sphere), cos_1 * sin_2 - sin_1 * cos_2 * np.cos(on_sphere)
        sin_s, cos_s = np.hypot(east, north), sin_1 * sin_2 + cos_1 * cos_2 * np.cos(on_sphere)
        arc = np.arctan2(sin_s, cos_s)
        sin_a = np.divide(cos_1 * cos_2 * np.sin(on_sphere), sin_s, out=np.zeros_like(sin_s), where=sin_s > 0)
        cos2_a = 1 - sin_a**2
        middle = cos_s - np.divide(2 * sin_1 * sin_2, cos2_a, out=np.zeros_like(sin_s), where=cos2_a > 0)
        c = FLATTENING / 16 * cos2_a * (4 + FLATTENING * (4 - 3 * cos2_a))
        grown = arc + c * sin_s * (middle + c * cos_s * (2 * middle**2 - 1))
        before, on_sphere = on_sphere, turned + (1 - c) * FLATTENING * sin_a * grown
        if np.all(np.abs(on_sphere - before) < SETTLED):
            break
    return _length(arc, sin_s, cos_s, cos2_a, middle), np.arctan2(east, north)


def _length(arc: Values, sin_s: Values, cos_s: Values, cos2_a: Values, middle: Values) -> Values:
    """Of an arc on the auxiliary sphere, along the ellipsoid [m] (Vincenty's equations 3, 4, 6 and 19)."""
    u = cos2_a * (SEMI_MAJOR_M**2 - SEMI_MINOR_M**2) / SEMI_MINOR_M**2
    a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    last = b / 6 * middle * (4 * sin_s**2 - 3) * (4 * middle**2 - 3)
    found: Values = SEMI_MINOR_M * a * (arc - b * sin_s * (middle + b / 4 * (cos_s * (2 * middle**2 - 1) - last)))
    return found


def of_equal_area(places: Values) -> Values:
    """Places (n, 2) [degrees] on a plane [m] on which each area is what it is on the ellipsoid: a cylinder's."""
    e = np.sqrt(ECCENTRICITY_2)
    sine = np.sin(np.radians(places[..., 1]))
    q = (1 - ECCENTRICITY_2) * (sine / (1 - ECCENTRICITY_2 * sine**2) + np.arctanh(e * sine) / e)
    return np.stack([SEMI_MAJOR_M * np.radians(places[..., 0]), SEMI_MAJOR_M * q / 2], axis=-1)
