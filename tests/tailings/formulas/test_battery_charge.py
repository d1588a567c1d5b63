"""Battery charge: the curve, its ends, a curve that cannot be."""

import msgspec
import numpy as np
import pytest

from tailings.formulas import battery_charge
from tests.tailings.formulas.examples import given_of

CURVE = {"voltage_v": [3.0, 3.4, 3.6], "charge_percent": [0, 50, 100]}


def test_beyond_the_curve_are_its_ends() -> None:
    """An empty battery has 0 %, a charging one 100 %, a failed reading nothing."""
    charge = battery_charge.compute(given_of("battery_charge", CURVE, voltage=[2.5, 3.5, 4.2, np.nan])).value

    assert charge[:3] == pytest.approx([0, 75, 100])
    assert np.isnan(charge[3])


def test_a_curve_must_rise() -> None:
    """Points out of order are refused."""
    with pytest.raises(msgspec.ValidationError, match="must rise"):
        msgspec.convert({**CURVE, "voltage_v": [3.4, 3.0, 3.6]}, battery_charge.Parameters)
