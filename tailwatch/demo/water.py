"""Water in the simulated dam: rain fills the pond, the pond feeds the phreatic line, the line feeds the seepage."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import weather

Array = NDArray[np.float64]

POND_AREA_M2 = 120_000.0
CATCHMENT_M2 = 1_000_000.0
RUNOFF = 0.45
OPERATING_LEVEL_M = 338.35
SPIN_UP_HOURS = 90 * 24  # the pond forgets its first level within three months


@dataclass(frozen=True)
class SimulatedPiezometer:
    """How one tip answers the pond: rest level [m], share of the pond's change, delay [h], share of rain."""

    rest_m: float
    pond_share: float
    delay_h: float
    rain_m_per_mm: float


@dataclass(frozen=True)
class Truth:
    """Hourly truth of the dam from `first_hour` on; read between the hours by straight lines."""

    first_hour: int
    rain_mm: Array
    pond_m: Array
    levels_m: dict[str, Array]
    seepage_l_s: Array

    def at(self, series: Array, time_s: Array) -> Array:
        """A series of this truth at any times [s since 1970]; raises ValueError outside of it."""
        hours = time_s / weather.HOUR_S - self.first_hour
        if hours.size and (np.min(hours) < 0 or np.max(hours) > len(series) - 1):
            raise ValueError("the simulated dam was not computed for this time")
        return np.interp(hours, np.arange(len(series)), series)


STORM_MM: Final = 80.0
STORM_HOURS: Final = 6


def simulate(
    first_s: float,
    last_s: float,
    seed: int,
    piezometers: dict[str, SimulatedPiezometer],
    storm_s: float | None = None,
    days_on: int = 0,
) -> Truth:
    """The dam from `first_s` to `last_s` [s since 1970]; the same seed gives the same water in every window.

    storm_s: when a storm of 80 mm in six hours begins, beside the usual weather. days_on: each day has the rain of the
    day so many days later.

    The start is a multiple of a fixed block before the window, so that neighbouring windows agree after the spin-up.
    """
    on_hours = 24 * days_on
    first_hour = ((int(first_s) // weather.HOUR_S + on_hours) // SPIN_UP_HOURS - 1) * SPIN_UP_HOURS - on_hours
    hours = np.arange(first_hour, int(last_s) // weather.HOUR_S + 3, dtype=np.int64)
    rain = weather.rain_mm(hours + on_hours, seed)
    if storm_s is not None:
        is_storm = (hours >= storm_s // weather.HOUR_S) & (hours < storm_s // weather.HOUR_S + STORM_HOURS)
        rain = rain + STORM_MM / STORM_HOURS * is_storm
    pond = _pond_m(rain, hours)
    levels = {
        name: tip.rest_m
        + tip.pond_share * (_delayed(pond, tip.delay_h) - OPERATING_LEVEL_M)
        + tip.rain_m_per_mm * _delayed(rain, 30.0) * 24.0
        for name, tip in piezometers.items()
    }
    seepage = (
        2.2 + 3.0 * np.clip(_delayed(pond, 60.0) - OPERATING_LEVEL_M + 0.25, 0.0, None) + 0.9 * _delayed(rain, 5.0)
    )
    return Truth(first_hour, rain, pond, levels, seepage)


def _pond_m(rain_mm: Array, hours: NDArray[np.int64]) -> Array:
    """Pond level [m]: run-on of the catchment in; evaporation, and a pump that works harder the fuller it is, out."""
    inflow_m = rain_mm / 1000.0 * CATCHMENT_M2 * RUNOFF / POND_AREA_M2 + 0.0004
    sun = weather.sun((hours * weather.HOUR_S).astype(np.float64))
    evaporation_m = 0.007 / 24.0 * sun
    level, levels = OPERATING_LEVEL_M, np.empty(len(rain_mm))
    for index, gain in enumerate(inflow_m - evaporation_m):
        level += gain - 0.0025 * max(0.0, level - OPERATING_LEVEL_M + 0.1)
        levels[index] = level
    return levels


def _delayed(series: Array, delay_h: float) -> Array:
    """First-order delay: each hour the answer moves 1/delay of the way."""
    share, value, answer = 1.0 / max(delay_h, 1.0), float(series[0]), np.empty_like(series)
    for index, target in enumerate(series):
        value += share * (float(target) - value)
        answer[index] = value
    return answer
