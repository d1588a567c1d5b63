"""Vibrating-wire pressure: the makers' printed examples, and the traps between their conventions."""

import datetime as dt

import numpy as np
import pytest

from tailings.formulas.vw_pressure import digits, pressure_kpa
from tailings.instruments.vw_piezometer import Convention, LinearCalibration, PolynomialCalibration

DAY = dt.datetime(2024, 6, 12, tzinfo=dt.UTC)


def frequency_of(reading: float) -> np.ndarray:
    """The frequency [Hz] behind a reading in digits."""
    return np.array([(reading * 1000) ** 0.5])


def linear(convention: Convention, factor: float, zero: float, thermal: float = 0.0) -> LinearCalibration:
    """A calibration with its zero at 20 degC and 100.2 kPa, as in Roctest's example."""
    return LinearCalibration(
        DAY, convention, factor, zero, thermal, zero_temperature_degc=20.0, zero_barometer_kpa=100.2
    )


def test_digits_of_the_makers_example() -> None:
    """2828 Hz are 8000 digits (Geokon 4500 manual, section 6.1; exactly 7997.6)."""
    assert digits(np.array([2828.0]))[0] == pytest.approx(7997.584, abs=1e-3)


@pytest.mark.parametrize(("convention", "factor"), [("geokon", -0.1795), ("itmsoil", 0.1795), ("rst", 0.1795)])
def test_the_same_instrument_in_each_convention(convention: Convention, factor: float) -> None:
    """G(R1-R0) with a negative G is G(R0-R1) with a positive one: 418.8 kPa (Geokon 4500 manual, page 26)."""
    result = pressure_kpa(frequency_of(6749), linear(convention, factor, 9082))

    assert result[0] == pytest.approx(418.8, abs=0.05)


def test_roctest_example_with_temperature_and_barometer() -> None:
    """(514.28-99.56) - (-0.0422)(25-20) - (101.3-100.2) = 413.831 kPa (Roctest FOP manual, page 12)."""
    calibration = linear("roctest", 1.0, 99.56, thermal=-0.0422)

    result = pressure_kpa(frequency_of(514.28), calibration, np.array([25.0]), np.array([101.3]))

    assert result[0] == pytest.approx(413.831, abs=5e-4)


@pytest.mark.parametrize(("convention", "sign"), [("geokon", 1), ("itmsoil", 1), ("rst", 1), ("roctest", -1)])
def test_only_roctest_subtracts_the_temperature_term(convention: Convention, sign: int) -> None:
    """Five degrees at 0.05 kPa/degC move the result by +0.25 kPa, at Roctest by -0.25."""
    calibration = linear(convention, 0.1, 9000, thermal=0.05)

    with_term = pressure_kpa(frequency_of(8000), calibration, np.array([25.0]))
    without = pressure_kpa(frequency_of(8000), calibration)

    assert (with_term - without)[0] == pytest.approx(sign * 0.25, abs=1e-9)


def test_polynomial_is_zero_at_the_field_zero_and_meets_three_points() -> None:
    """A parabola through three made points (9000: 0, 8000: 180, 7000: 362 kPa) gives them back.

    The maker's example could not be read, so the points are our own; numpy's polyfit is the second calculation.
    """
    readings, pressures = np.array([9000.0, 8000.0, 7000.0]), np.array([0.0, 180.0, 362.0])
    a, b, _ = np.polyfit(readings, pressures, 2)
    calibration = PolynomialCalibration(DAY, "geokon", float(a), float(b), 9000.0)

    result = pressure_kpa(np.sqrt(readings * 1000), calibration)

    assert result == pytest.approx(pressures, abs=1e-6)


def test_a_missing_correction_leaves_its_term_out() -> None:
    """Where the temperature or barometer is NaN, the row keeps its uncorrected pressure."""
    calibration = linear("geokon", -0.1795, 9082, thermal=0.05)
    twice = np.repeat(frequency_of(6749), 2)

    result = pressure_kpa(twice, calibration, np.array([np.nan, 20.0]), np.array([np.nan, 100.2]))

    assert result == pytest.approx([418.77, 418.77], abs=0.01)
