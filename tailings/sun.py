"""The sun's radiation outside the air, by latitude and day of the year.

Source: secondary: FAO Irrigation and Drainage Paper 56, equations 21 to 25 and example 8, as
github.com/woodcrafty/PyETo, cran/FAO56 and others repeat them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tailings.series import Values

SOLAR_CONSTANT_MJ_M2_MIN: Final = 0.0820


def radiation_mj_m2(latitude_deg: float, day: Values) -> Values:
    """Radiation Ra on a level surface outside the air on a day of the year (1 to 366) [MJ/m2 a day], float64[n]."""
    latitude, declination = np.radians(latitude_deg), declination_rad(day)
    # Beyond the polar circles the sun stays up or down all day.
    sunset = np.arccos(np.clip(-np.tan(latitude) * np.tan(declination), -1.0, 1.0))
    nearness = 1 + 0.033 * np.cos(2 * np.pi / 365 * day)
    seen = sunset * np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.sin(sunset)
    return np.asarray(1440 / np.pi * SOLAR_CONSTANT_MJ_M2_MIN * nearness * seen)


def declination_rad(day: Values) -> Values:
    """Declination of the sun [rad] on a day of the year, float64[n]."""
    return np.asarray(0.409 * np.sin(2 * np.pi / 365 * day - 1.39))
