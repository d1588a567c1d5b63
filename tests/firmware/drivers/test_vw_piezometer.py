"""The vibrating-wire driver: frequency from edges, judgement from samples, and each way to fail. (CPython and VM)"""

import math
from array import array

from firmware.node.buses.vw import EDGES, SAMPLES
from firmware.node.drivers import ReadFailed
from firmware.node.drivers import vw_piezometer as driver
from tests.firmware.portable import refuses

SETTINGS = {
    "channel": 0,
    "band_low_hz": 1400.0,
    "band_high_hz": 3500.0,
    "sweep_ms": 150,
    "settle_ms": 20,
    "has_thermistor": 1,
}


class Wire:
    """A bus whose wire swings at `frequency_hz`; `scatter_us` shakes every second edge."""

    volts_per_count = 0.0001

    def __init__(self, frequency_hz: float, scatter_us: float = 0.0, count: int = EDGES) -> None:
        self.frequency_hz = frequency_hz
        self.scatter_us = scatter_us
        self.count = count

    def pluck(self, low_hz: float, high_hz: float, sweep_ms: int, settle_ms: int) -> None:
        assert (low_hz, high_hz) == (1400.0, 3500.0)

    def edges(self, limit_ms: int) -> "tuple[array[int], int]":
        times = [int(i * 1e6 / self.frequency_hz + self.scatter_us * (i % 2) + 0.5) for i in range(EDGES)]
        return array("i", times), self.count

    def samples(self) -> "tuple[array[int], float]":
        turn = 2 * math.pi * self.frequency_hz * 50e-6
        return array("H", [int(32768 + 4000 * math.sin(turn * i)) for i in range(SAMPLES)]), 50.0

    def thermistor_ohm(self) -> float:
        return 4821.04


def test_the_frequency_of_a_known_period() -> None:
    """2828 Hz is a period of 353.6 us (Geokon's manual, by field-guide.md section 2.3)."""
    edges_us = [int(i * 353.6 + 0.5) for i in range(256)]

    frequency_hz, scatter = driver.convert(edges_us, 256)

    assert abs(frequency_hz - 2828) < 0.1
    assert scatter < 0.002


def test_least_squares_agrees_with_the_mean_period_on_a_clean_signal() -> None:
    """At the ends of the band, to 0.01 Hz."""
    for frequency_hz in (400.0, 1400.0, 3500.0, 6000.0):
        edges_us = [int(i * 1e6 / frequency_hz + 0.5) for i in range(256)]
        mean_hz = 255e6 / (edges_us[255] - edges_us[0])
        assert abs(driver.convert(edges_us, 256)[0] - mean_hz) < mean_hz * 1e-5


def test_a_tone_is_measured_and_its_noise_is_not() -> None:
    """A sine of 4,000 counts with an offset: its amplitude, and next to nothing beside it."""
    codes, period_us = Wire(2000.0).samples()

    amplitude, noise = driver.tone(codes, 0, 1024, 2000.0 * period_us / 1e6)

    assert abs(amplitude - 4000) < 5
    assert noise < 5


def test_noise_has_no_tone() -> None:
    """Of a square wave at another frequency little is found, and much is noise."""
    codes = [32768 + (3000 if i // 7 % 2 else -3000) for i in range(1024)]

    amplitude, noise = driver.tone(codes, 0, 1024, 0.21)

    assert amplitude < 400 and noise > 2500


def test_a_reading_holds_all_channels_in_order() -> None:
    """As the birth announces them."""
    values = driver.read(Wire(2831.4), SETTINGS)  # type: ignore[arg-type]

    assert tuple([(name, unit) for name, _, unit in values]) == driver.channels(SETTINGS)
    assert abs(values[0][1] - 2831.4) < 0.05
    assert values[4] == ("thermistor", 4821.0, "Ohm")


def test_without_a_thermistor_there_is_no_such_channel() -> None:
    """A setting, not a failed reading."""
    bare = dict(SETTINGS)
    bare["has_thermistor"] = 0

    assert [name for name, _, _ in driver.read(Wire(2831.4), bare)] == [name for name, _ in driver.channels(bare)]  # type: ignore[arg-type]


def test_each_failure_has_its_reason() -> None:
    """Silence, noise, and a wire that swings outside its band."""
    for wire, reason in (
        (Wire(2000.0, count=0), "no-signal"),
        (Wire(2000.0, count=driver.LEAST_EDGES - 1), "no-signal"),
        (Wire(2000.0, scatter_us=200.0), "noise"),
        (Wire(1200.0), "out-of-band"),
        (Wire(3600.0), "out-of-band"),
    ):
        assert reason in refuses(ReadFailed, driver.read, wire, SETTINGS)
