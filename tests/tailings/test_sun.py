"""The sun outside the air: FAO's worked example, and the same by adding up the height of the sun minute by minute."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings import sun


def test_the_worked_example_of_fao_56() -> None:
    """Example 8: day 246 at 20 degrees south, 32.2 MJ/m2; declination 0.120 rad (a transcript was read)."""
    day = np.array([246.0])

    assert sun.radiation_mj_m2(-20.0, day)[0] == pytest.approx(32.2, abs=0.05)
    assert sun.declination_rad(day)[0] == pytest.approx(0.120, abs=5e-4)


@settings(deadline=None, max_examples=25)
@given(st.floats(-89, 89), st.integers(1, 365))
def test_the_sum_over_the_minutes_of_a_day_is_the_same(latitude_deg: float, day: int) -> None:
    """An own second calculation: the sine of the sun's height, where it is above the horizon, 1,440 times a day."""
    tilt = 0.409 * math.sin(2 * math.pi * day / 365 - 1.39)
    near = 1 + 0.033 * math.cos(2 * math.pi * day / 365)
    phi = math.radians(latitude_deg)
    total = 0.0
    for minute in range(1440):
        hour = 2 * math.pi * (minute + 0.5) / 1440
        total += max(math.sin(phi) * math.sin(tilt) + math.cos(phi) * math.cos(tilt) * math.cos(hour), 0.0)

    assert sun.radiation_mj_m2(latitude_deg, np.array([float(day)]))[0] == pytest.approx(
        0.0820 * near * total, abs=0.01
    )
