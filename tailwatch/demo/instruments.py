"""What the demo's instruments would say about the true dam: raw readings, the measuring chain run backwards."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailwatch.demo import weather
from tailwatch.demo.water import SimulatedPiezometer, Truth

Array = NDArray[np.float64]
Readings = dict[str, Array]
"""Raw channel (`vw1.frequency`) -> float64[n], NaN where there is no reading."""

TIP_MM: Final = 0.2
POND: Final = "n02:pond"
POND_RANGE_M: Final = (335.0, 343.0)  # levels at 4 and 20 mA
WEIR_RANGE_M: Final = (0.0, 0.4)
WEIR_M3_S: Final = 1.37  # Q = 1.37 h^2.5 for a 90 degree notch, near enough to run it backwards
GROUND_DEGC: Final = 12.4
GRAVITY_KPA_PER_M: Final = 9.80665

# Gauge factor [kPa/digit], thermal factor [kPa/degC], then reading, temperature [degC] and barometer [kPa] at the zero.
GAUGE: Final = (-0.1795, 0.05, 9082.0, 12.0, 96.1)
TIPS_M: Final = {"n03:vw1": 318.4, "n03:vw2": 325.0, "n04:vw1": 316.2, "n05:vw1": 321.5, "n08:vw1": 314.0}
PIEZOMETERS: Final = {
    "n03:vw1": SimulatedPiezometer(rest_m=329.6, pond_share=0.55, delay_h=70.0, rain_m_per_mm=0.004),
    "n03:vw2": SimulatedPiezometer(rest_m=331.2, pond_share=0.70, delay_h=40.0, rain_m_per_mm=0.010),
    "n04:vw1": SimulatedPiezometer(rest_m=326.3, pond_share=0.40, delay_h=110.0, rain_m_per_mm=0.002),
    "n05:vw1": SimulatedPiezometer(rest_m=328.1, pond_share=0.50, delay_h=90.0, rain_m_per_mm=0.003),
    "n08:vw1": SimulatedPiezometer(rest_m=322.0, pond_share=0.25, delay_h=200.0, rain_m_per_mm=0.001),
}
SNR, AMPLITUDE_V, DECAY = 17.0, 0.488, 0.885  # what the firmware makes of the simulated wire (firmware/doubles)
SEGMENT_M: Final = 3.5
CHAIN_ZERO_DEG: Final = (0.412, -0.207, 0.135, 0.318, -0.094, 0.226, -0.151, 0.073)  # from the fixed end up
CHAIN_MOVED_MM: Final = (0.0, 0.1, 0.2, 0.9, 0.4, 0.1, 0.1, 0.1)  # of each segment, when the simulation begins
CHAIN_MM_PER_DAY: Final = (0.0, 0.0005, 0.002, 0.041, 0.014, 0.001, 0.001, 0.0)
"""The moving zone is segment 4, 10.5 to 14 m above the fixed end."""
BATTERY_V: Final = {
    "n01": 13.2,
    "n02": 13.1,
    "n03": 13.0,
    "n04": 13.2,
    "n05": 12.9,
    "n06": 13.1,
    "n07": 12.8,
    "n08": 13.0,
}


def readings(node: str, truth: Truth, time_s: Array, seed: int) -> Readings:
    """Raw readings of one node's instruments at these times [s since 1970], without faults."""
    random = np.random.default_rng((seed, int(node[1:]), int(time_s[0]) if time_s.size else 0))
    found: Readings = {"battery.voltage": _battery_v(BATTERY_V[node], time_s, random)}
    for name in PIEZOMETERS:
        if name.startswith(f"{node}:"):
            found |= _piezometer(name, truth, time_s, random)
    if node in OTHERS:
        found |= OTHERS[node](truth, time_s, random)
    return found


def _battery_v(rest_v: float, time_s: Array, random: np.random.Generator) -> Array:
    sun = weather.sun(time_s)
    return np.round(rest_v + 0.9 * sun - 0.15 * (1 - sun) + random.normal(0, 0.01, time_s.size), 2)


def _piezometer(name: str, truth: Truth, time_s: Array, random: np.random.Generator) -> Readings:
    gauge_factor, thermal_factor, zero_digits, zero_degc, zero_kpa = GAUGE
    instrument = name.partition(":")[2]
    degc = GROUND_DEGC + 0.3 * np.sin(2 * np.pi * time_s / (365.25 * 86400))
    pressure = GRAVITY_KPA_PER_M * (truth.at(truth.levels_m[name], time_s) - TIPS_M[name])
    pressure += random.normal(0, 0.02, time_s.size)
    uncorrected = pressure - thermal_factor * (degc - zero_degc) + (weather.pressure_kpa(time_s) - zero_kpa)
    frequency = np.sqrt(1000.0 * (zero_digits + uncorrected / gauge_factor))
    return {
        f"{instrument}.frequency": np.round(frequency, 2),
        f"{instrument}.thermistor": np.round(_thermistor_ohm(degc), 1),
        f"{instrument}.snr": np.round(SNR + random.normal(0, 0.5, time_s.size), 1),
        f"{instrument}.amplitude": np.round(AMPLITUDE_V + random.normal(0, 0.001, time_s.size), 4),
        f"{instrument}.decay": np.round(DECAY + random.normal(0, 0.003, time_s.size), 3),
    }


def _thermistor_ohm(degc: Array) -> Array:
    """Resistance of a 3 kOhm thermistor: the Steinhart-Hart equation solved for ln R by Cardano's formula."""
    a, b, c = 1.4051e-3, 2.369e-4, 1.019e-7
    y = (a - 1.0 / (degc + 273.15)) / c
    x = np.sqrt((b / (3 * c)) ** 3 + (y / 2) ** 2)
    return np.asarray(np.exp(np.cbrt(x - y / 2) - np.cbrt(x + y / 2)))


def _weather_station(truth: Truth, time_s: Array, random: np.random.Generator) -> Readings:
    fallen_mm = truth.at(np.concatenate(([0.0], np.cumsum(truth.rain_mm)))[: len(truth.rain_mm)], time_s)
    pressure = weather.pressure_kpa(time_s) * 10.0 + random.normal(0, 0.02, time_s.size)
    found = {"baro.pressure": np.round(pressure, 2), "rain.count": np.floor(fallen_mm / TIP_MM)}
    found |= _chain(truth, time_s, random)
    degc = weather.air_degc(time_s) + random.normal(0, 0.1, time_s.size)
    return found | {"baro.temperature": np.round(degc, 1)}


def _pond(truth: Truth, time_s: Array, random: np.random.Generator) -> Readings:
    level = truth.at(truth.pond_m, time_s) + random.normal(0, 0.002, time_s.size)
    return {"pond.current": _loop_ma(level, POND_RANGE_M)}


def _seepage(truth: Truth, time_s: Array, random: np.random.Generator) -> Readings:
    flow = truth.at(truth.seepage_l_s, time_s)
    head = (flow / 1000.0 / WEIR_M3_S) ** 0.4 + random.normal(0, 0.0003, time_s.size)
    degc = 11.0 + 0.15 * (weather.air_degc(time_s) - 12.0)
    freshness = 1.0 - np.exp(-np.clip(flow - 2.0, 0.0, None) / 5.0)
    conductivity_25 = 2350.0 - 900.0 * freshness + random.normal(0, 4, time_s.size)
    turbidity = 3.4 + 1.1 * np.clip(flow - 4.0, 0.0, None) + random.gamma(4.0, 0.25, time_s.size)
    return {
        "weir.current": _loop_ma(head, WEIR_RANGE_M),
        "sonde.ph": np.round(4.3 + 1.1 * freshness + random.normal(0, 0.01, time_s.size), 2),
        "sonde.conductivity": np.round(conductivity_25 * (1 + 0.0191 * (degc - 25.0)), 0),
        "sonde.temperature": np.round(degc, 2),
        "sonde.orp": np.round(438.0 - 55.0 * freshness + random.normal(0, 1.2, time_s.size), 1),
        "sonde.turbidity": np.round(turbidity, 2),
    }


def _chain(truth: Truth, time_s: Array, random: np.random.Generator) -> Readings:
    days = (time_s - truth.first_hour * weather.HOUR_S) / 86400.0
    pond = truth.at(truth.pond_m, time_s) - 338.35
    found = {}
    for number, zero_deg in enumerate(CHAIN_ZERO_DEG):
        moved_mm = CHAIN_MOVED_MM[number] + CHAIN_MM_PER_DAY[number] * (days + 4.0 * pond)
        tilt = np.degrees(np.arcsin(np.sin(np.radians(zero_deg)) + moved_mm / (SEGMENT_M * 1000.0)))
        found[f"chain.tilt-{number + 1}"] = np.round(tilt + random.normal(0, 0.0004, time_s.size), 4)
    return found


def _tilt(truth: Truth, time_s: Array, random: np.random.Generator) -> Readings:
    pond = truth.at(truth.pond_m, time_s)
    creep = 0.004 * (time_s - truth.first_hour * weather.HOUR_S) / (30 * 86400.0)
    degc = weather.air_degc(time_s)
    return {
        "tilt.tilt": np.round(0.120 + creep + 0.02 * (pond - 338.35) + random.normal(0, 0.0004, time_s.size), 4),
        "tilt.tilt-b": np.round(-0.045 + 0.0006 * (degc - 12) + random.normal(0, 0.0004, time_s.size), 4),
        "tilt.temperature": np.round(degc, 1),
    }


def _loop_ma(level_m: Array, range_m: tuple[float, float]) -> Array:
    low, high = range_m
    return np.round(4.0 + 16.0 * (level_m - low) / (high - low), 4)


OTHERS: Final[Mapping[str, Callable[[Truth, Array, np.random.Generator], Readings]]] = {
    "n01": _weather_station,
    "n02": _pond,
    "n06": _seepage,
    "n07": _tilt,
}
NODES: Final = tuple(BATTERY_V)
