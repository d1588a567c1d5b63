"""Thermistor: the makers' table points and what is no resistance."""

import math

import msgspec
import numpy as np
import pytest

from tailings.formulas import Given, thermistor


def parameters(**keys: object) -> thermistor.Parameters:
    """Parameters as facility.toml would give them."""
    return msgspec.convert(keys, thermistor.Parameters)


@pytest.mark.parametrize(("ohm", "degc"), [(3000, 24.992), (7855, 4.369), (1000, 52.039)])
def test_table_points(ohm: float, degc: float) -> None:
    """The 3 kohm thermistor: 25 degC at 3000 ohm and two more points, recomputed independently."""
    result = thermistor.temperature_degc(np.array([float(ohm)]), thermistor.SETS["geokon-3k"])

    assert result[0] == pytest.approx(degc, abs=0.001)


@pytest.mark.parametrize(("ohm", "degc"), [(32650, 0), (10000, 25), (3602, 50), (678.6, 100)])
def test_table_of_the_10k_thermistor(ohm: float, degc: float) -> None:
    """U.S. Sensor 103JL1A: the table on page 52 of the Geokon 8002-4-1 manual (its own equation is 0.3 off at 150)."""
    result = thermistor.temperature_degc(np.array([float(ohm)]), thermistor.SETS["geokon-10k"])

    assert result[0] == pytest.approx(degc, abs=0.02)


@pytest.mark.parametrize(("name", "ohm"), [("ysi-44004", 2252), ("ysi-44006", 10000), ("ysi-44007", 5000)])
def test_nominal_resistance_is_25_degrees(name: str, ohm: float) -> None:
    """Keithley 2700 manual, table F-9: the resistance each type has at 25 degC."""
    assert thermistor.temperature_degc(np.array([float(ohm)]), thermistor.SETS[name])[0] == pytest.approx(25, abs=0.05)


def test_own_coefficients_against_the_standard_library() -> None:
    """Any coefficients give what a calculation with math.log gives."""
    chosen = parameters(a=1.1e-3, b=2.4e-4, c=0.9e-7)
    log = math.log(4821.0)

    result = thermistor.temperature_degc(np.array([4821.0]), chosen.coefficients)

    assert result[0] == pytest.approx(1 / (1.1e-3 + 2.4e-4 * log + 0.9e-7 * log**3) - 273.15, abs=1e-9)


@pytest.mark.parametrize("ohm", [0.0, -5.0, math.nan])
def test_no_temperature_without_resistance(ohm: float) -> None:
    """Zero, negative and missing resistances have no temperature."""
    assert math.isnan(thermistor.temperature_degc(np.array([ohm]), thermistor.SETS["geokon-3k"])[0])


def test_outside_the_table_is_doubted() -> None:
    """A broken wire reads like deep frost: the result is doubted."""
    given = Given({"resistance": np.array([3000.0, 5e6])}, parameters(set="geokon-3k"), np.array([0, 1]))

    doubt = thermistor.compute(given).doubts[0]

    assert doubt.where.tolist() == [False, True]


@pytest.mark.parametrize("keys", [{}, {"a": 1.0, "b": 1.0}, {"set": "geokon-3k", "a": 1.0}])
def test_half_given_coefficients_are_refused(keys: dict[str, object]) -> None:
    """Either a set or all three coefficients."""
    with pytest.raises(msgspec.ValidationError, match="give either set"):
        parameters(**keys)
