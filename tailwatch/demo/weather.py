"""Weather of the simulated dam: a function of the absolute hour and a seed, so that any day can be asked twice."""

import numpy as np
from numpy.typing import NDArray

Hours = NDArray[np.int64]
Array = NDArray[np.float64]

HOUR_S = 3600
WET_DAY_PROBABILITY = 0.33
MEAN_WET_DAY_MM = 9.0
STATION_PRESSURE_KPA = 96.1  # about 440 m above the sea


def rain_mm(hours: Hours, seed: int) -> Array:
    """Rain of each hour [mm]; hours are whole hours since 1970. A wet day has one shower of some hours."""
    days, inverse = np.unique(hours // 24, return_inverse=True)
    table = np.stack([_day_of_rain_mm(int(day), seed) for day in days])
    return np.asarray(table[inverse, hours % 24])


def _day_of_rain_mm(day: int, seed: int) -> Array:
    random = np.random.default_rng((seed, day))
    fallen = np.zeros(24)
    if random.random() < WET_DAY_PROBABILITY:
        amount_mm = random.gamma(0.9, MEAN_WET_DAY_MM / 0.9)
        start, length = int(random.integers(0, 18)), int(random.integers(2, 7))
        fallen[start : start + length] = amount_mm * random.dirichlet(np.ones(min(length, 24 - start)))
    return fallen


def air_degc(time_s: Array) -> Array:
    """Air temperature [degC]: a year's and a day's wave, coldest in mid January and at five in the morning."""
    day = time_s / 86400.0
    year = -np.cos(2 * np.pi * (day - 15) / 365.25)
    return 12.0 + 8.0 * year + 4.5 * -np.cos(2 * np.pi * (day - 5 / 24)) + 1.5 * np.sin(2 * np.pi * day / 9.3)


def pressure_kpa(time_s: Array) -> Array:
    """Air pressure at the station [kPa]: weather systems of several days and the small tide of the atmosphere."""
    day = time_s / 86400.0
    waves = ((0.75, 7.7, 0.0), (0.5, 3.9, 1.1), (0.3, 17.3, 0.0))  # kPa, period in days, phase
    pressure = STATION_PRESSURE_KPA + 0.06 * np.sin(4 * np.pi * day)
    for size, period, phase in waves:
        pressure = pressure + size * np.sin(2 * np.pi * day / period + phase)
    return pressure


def sun(time_s: Array) -> Array:
    """Share of full sun on a panel, 0 at night to 1 at noon."""
    return np.clip(np.sin(2 * np.pi * (time_s / 86400.0 - 0.25)), 0.0, 1.0)
