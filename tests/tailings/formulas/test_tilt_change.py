"""Change of tilt: nothing at the zero reading, the factor's sign."""

import pytest

from tailings.formulas import tilt_change
from tests.tailings.formulas.examples import given_of


def test_zero_reading_is_zero() -> None:
    """At the zero reading the change is 0; a negative factor turns the direction round."""
    zero = {"geometry": {"zero_reading_digits": 2000}}
    given = given_of("tilt_change", {"gauge_factor_deg_per_digit": -0.001}, dated=zero, reading=[2000, 2500])

    assert tilt_change.compute(given).value == pytest.approx([0.0, -0.5])
