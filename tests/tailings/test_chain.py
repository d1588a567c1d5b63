"""The chain: a pack's instant and a long history go through the same call."""

import numpy as np
import pytest

from tailings import Series, chain, parse
from tests.tailings.facilities import VALE, vale

T = 1764079200000


def raw(hz: float, ohm: float = 4821.0, hpa: float | None = 961.0) -> dict[str, Series]:
    """One pack of n07 and the barometer."""
    readings = {"n07:vw1.frequency": hz, "n07:vw1.thermistor": ohm}
    if hpa is not None:
        readings["n01:baro.pressure"] = hpa
    return {name: Series.of([T], [value]) for name, value in readings.items()}


def test_one_pack_gives_every_derived_value() -> None:
    """Frequency, thermistor and barometer give temperature, pressure and level, each with its quality.

    Hand calculation: R = 2831.4^2/1000 = 8016.826; p = -0.1795 (R - 9082) + 0.05 (T - 12) with T = 14.51 degC;
    level = 318.4 + p / 9.80665.
    """
    results = chain.derive(vale(), raw(2831.4))

    assert results["n07:vw1.temperature"].series.value[0] == pytest.approx(14.51, abs=0.005)
    assert results["n07:vw1.pressure"].series.value[0] == pytest.approx(191.32, abs=0.01)
    assert results["n07:vw1.level"].series.value[0] == pytest.approx(318.4 + 191.32 / 9.80665, abs=0.002)


def test_a_failed_input_shows_along_the_chain() -> None:
    """A frequency outside the instrument's range fails, and so do pressure and level, each naming why."""
    results = chain.derive(vale(), raw(250.0))

    assert [results[f"n07:vw1.{c}"].series.quality[0] for c in ("frequency", "pressure", "level")] == [4, 4, 4]
    assert results["n07:vw1.frequency"].tests() == ["gross_range"]
    assert results["n07:vw1.level"].tests() == ["input.pressure"]


def test_a_missing_barometer_marks_the_level() -> None:
    """The level of an uncorrected pressure is suspect too."""
    results = chain.derive(vale(), raw(2831.4, hpa=None))

    assert results["n07:vw1.pressure"].tests() == ["missing.barometer"]
    assert results["n07:vw1.level"].series.quality[0] == 3


def test_what_has_no_leading_input_is_left_out() -> None:
    """A pack without the frequency says nothing about the pressure: no row is invented."""
    results = chain.derive(vale(), {"n07:vw1.thermistor": Series.of([T], [4821.0])})

    assert sorted(results) == ["n07:vw1.temperature", "n07:vw1.thermistor"]


def test_only_what_is_asked_for() -> None:
    """A recalculation of one datastream computes that one."""
    results = chain.derive(vale(), raw(2831.4), only=["n07:vw1.temperature"])

    assert "n07:vw1.pressure" not in results
    assert np.isfinite(results["n07:vw1.temperature"].series.value[0])


IN_DIGITS = """
[instruments."n07:vw9"]
driver = "vw_piezometer"
pressure = "vented"
[[instruments."n07:vw9".calibrations]]
valid_from = 2024-06-12
convention = "geokon"
kind = "linear"
gauge_factor_kpa_per_digit = -0.1795
zero_reading_digits = 9082.0
[datastreams."n07:vw9.reading"]
quantity = "reading"
unit = "{digits}"
[datastreams."n07:vw9.frequency"]
quantity = "frequency"
unit = "Hz"
formula = "frequency_from_reading"
inputs = { reading = "n07:vw9.reading" }
[datastreams."n07:vw9.pressure"]
quantity = "pore-pressure"
unit = "kPa"
formula = "vw_pressure"
inputs = { frequency = "n07:vw9.frequency" }
"""


def test_a_logger_that_writes_digits_gives_the_makers_pressure() -> None:
    """R0 = 9082, R1 = 6749, G = -0.1795: 418.8 kPa (Geokon 4500 manual, page 26), from a reading in digits."""
    facility = parse(VALE.read_text() + IN_DIGITS)

    results = chain.derive(facility, {"n07:vw9.reading": Series.of([T], [6749.0])})

    assert results["n07:vw9.pressure"].series.value[0] == pytest.approx(418.8, abs=0.05)
