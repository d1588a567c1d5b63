"""Rain intensity: depth over time."""

import pytest

from tailings.formulas import rain_intensity
from tests.tailings.formulas.examples import given_of


def test_ten_minutes_of_rain() -> None:
    """0.2 mm a minute is 12 mm/h once ten minutes of it are there; five dry minutes halve it."""
    rain = [0.2] * 10 + [0.0] * 5

    intensity = rain_intensity.compute(given_of("rain_intensity", {"window_s": 600}, interval_s=60, rain=rain)).value

    assert intensity[[9, 14]] == pytest.approx([12.0, 6.0])
