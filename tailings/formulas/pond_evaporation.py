"""Evaporation of a pond from the temperature of the air: reference evapotranspiration of a day times a coefficient.

ET0 = 0.0023 (Tmean + 17.8) (Tmax - Tmin)^0.5 Ra (Hargreaves), Tmean = (Tmax + Tmin) / 2, of the 24 h that end with a
reading; Ra is the sun's radiation outside the air as depth of water, by latitude of the facility and day of the year
(UTC). The coefficient 1.05 is of water less than 2 m deep; deep clear water stores heat (0.65 in spring, 1.25 in
autumn). For sums of ten days and more; a single day may be far off, wind and humidity are not seen, and salt makes it
less. Doubted where a tenth of the day's readings are missing (it can only be too small), in frost (ice), and in the
winter half year beyond 55 degrees of latitude.

Source: secondary: FAO Irrigation and Drainage Paper 56, equations 9, 20 to 25 and 52, example 20 and table 12, as
github.com/woodcrafty/PyETo, cran/FAO56 and the NCAR Command Language (refevt_hargreaves_fao56) repeat them.
"""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number
from tailings.formulas._example_site import SITE
from tailings.series import Times, Values
from tailings.sun import declination_rad, radiation_mj_m2
from tailings.windows import extent, is_thin, lowest, starts

INPUTS = (Input("temperature", "Cel"),)
RESULT = (("evaporation",), "mm/d")
CALIBRATION = None
DAY_S: Final = 86_400
MM_PER_MJ_M2: Final = 0.408
LOWEST_SHARE: Final = 0.9
HIGH_LATITUDE_DEG: Final = 55.0


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Evaporation of this water by the reference evapotranspiration."""

    coefficient: Annotated[float, Meta(gt=0, le=2)] = 1.05
    """Evaporation of this water by the reference evapotranspiration."""


EXAMPLE = Example(
    inputs={"temperature": (14.8, 26.6)},
    result=4.658,
    tolerance=5e-4,
    origin="1.05 x 4.436 mm/d on 1 January at the equator, by the functions of PyETo",
    facility=SITE,
)


def history_s(parameters: Parameters) -> float:
    """A day."""
    return float(DAY_S)


def compute(given: Given) -> Computed:
    """Evaporation [mm/d] of the day that ends at each instant."""
    if given.facility is None:
        raise ValueError("this formula needs the facility")
    latitude_deg, day = given.facility.location.lat, day_of_year(given.time_ms)
    start = starts(given.time_ms, DAY_S * 1000, is_open=True)
    least, range_k = lowest(given["temperature"], start), extent(given["temperature"], start)
    thin = is_thin(given.time_ms, given["temperature"], DAY_S, given.interval_s, LOWEST_SHARE)
    is_winter = np.sign(declination_rad(day)) == -np.sign(latitude_deg)
    doubts = (
        FormulaDoubt(thin, "window-not-filled"),
        FormulaDoubt(least + range_k / 2 < 0, "frost"),
        FormulaDoubt(is_winter & (abs(latitude_deg) > HIGH_LATITUDE_DEG), "high-latitude-winter"),
    )
    reference = reference_mm_d(least, least + range_k, radiation_mm_d(latitude_deg, day))
    return Computed(given.parameters.coefficient * reference, doubts)


def equation(given: Given) -> Equation:
    """Hargreaves, with the ends of the day's temperature."""
    assert given.facility is not None
    start = starts(given.time_ms, DAY_S * 1000, is_open=True)
    least, range_k = (float(of(given["temperature"], start)[-1]) for of in (lowest, extent))
    radiation = float(radiation_mm_d(given.facility.location.lat, day_of_year(given.time_ms[-1:]))[0])
    numbers = {
        "lowest": Number(least, "Cel"),
        "highest": Number(least + range_k, "Cel"),
        "radiation": Number(radiation, "mm/d"),
    }
    mean = "((highest + lowest) / 2 + 17.8)"
    if radiation <= 0 or least + range_k / 2 + 17.8 <= 0:
        return Equation(method="no-evaporation")
    return Equation(f"coefficient * 0.0023 * {mean} * sqrt(highest - lowest) * radiation", numbers)


def independent(given: Given, standard: Values) -> Values:
    """Errors of the lowest and the highest temperature of the day [mm/d], each by itself."""
    assert given.facility is not None
    start = starts(given.time_ms, DAY_S * 1000, is_open=True)
    least, range_k = lowest(given["temperature"], start), extent(given["temperature"], start)
    radiation = given.parameters.coefficient * radiation_mm_d(given.facility.location.lat, day_of_year(given.time_ms))
    error = -lowest(-standard, start)
    single = (
        (reference_mm_d(low, high, radiation) - reference_mm_d(least, least + range_k, radiation))
        for low, high in ((least - error, least + range_k), (least, least + range_k + error))
    )
    return np.asarray(np.hypot(*single))


def reference_mm_d(lowest_degc: Values, highest_degc: Values, radiation_mm_d: Values) -> Values:
    """Reference evapotranspiration ET0 [mm/d], float64[n], never below 0; radiation as depth of evaporated water."""
    mean_degc = (lowest_degc + highest_degc) / 2
    return np.maximum(0.0023 * (mean_degc + 17.8) * np.sqrt(highest_degc - lowest_degc) * radiation_mm_d, 0.0)


def radiation_mm_d(latitude_deg: float, day: Values) -> Values:
    """Radiation Ra outside the air on a day of the year (1 to 366) as depth of evaporated water [mm/d], float64[n]."""
    return MM_PER_MJ_M2 * radiation_mj_m2(latitude_deg, day)


def day_of_year(time_ms: Times) -> Values:
    """Day of the year in UTC, 1 to 366, float64[n]; time_ms: int64[n]."""
    days = time_ms.astype("datetime64[ms]").astype("datetime64[D]")
    return np.asarray((days - days.astype("datetime64[Y]")).astype(np.float64) + 1)
