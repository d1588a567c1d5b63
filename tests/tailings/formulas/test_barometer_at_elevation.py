"""Barometer at another elevation: the standard atmosphere, and back again."""

import numpy as np
import pytest

from tailings.formulas.barometer_at_elevation import pressure_at_kpa


@pytest.mark.parametrize(("height_m", "kpa"), [(100.0, 100.129), (500.0, 95.461), (1000.0, 89.875)])
def test_standard_atmosphere(height_m: float, kpa: float) -> None:
    """The ICAO standard atmosphere (15 degC at sea level, -6.5 degC/km; layer mean temperature) to 0.02 %."""
    mean_degc = np.array([15.0 - 0.0065 * height_m / 2])

    result = pressure_at_kpa(np.array([101.325]), 0.0, height_m, mean_degc)

    assert result[0] == pytest.approx(kpa, rel=2e-4)


def test_there_and_back() -> None:
    """Up and down again is the same pressure."""
    there = pressure_at_kpa(np.array([96.1]), 342.5, 318.4, np.array([12.0]))

    assert pressure_at_kpa(there, 318.4, 342.5, np.array([12.0]))[0] == pytest.approx(96.1, rel=1e-12)
