"""Pore pressure ratio: the surface must lie above the tip."""

import numpy as np
import pytest

from tailings import BadFacility, parse
from tailings.formulas.pore_pressure_ratio import ratio
from tests.tailings.facilities import VALE

RU = (
    '\n[datastreams."n07:vw1.ru"]\nquantity = "pore-pressure-ratio"\nunit = "1"\nformula = "pore_pressure_ratio"\n'
    'inputs = { pressure = "n07:vw1.pressure" }\n'
    "geometry = [{ valid_from = 2024-06-12, unit_weight_kn_m3 = 18.0, surface_m = %s }]\n"
)


def test_suction_gives_a_negative_ratio() -> None:
    """-9 kPa under 10 m of 18 kN/m3 is -0.05: it is not cut off at zero."""
    assert ratio(np.array([-9.0]), 18.0, 10.0)[0] == pytest.approx(-0.05)


def test_a_surface_below_the_tip_is_refused() -> None:
    """A depth of zero or less has no ratio."""
    assert parse(VALE.read_text() + RU % 338.0).datastreams["n07:vw1.ru"].unit == "1"
    with pytest.raises(BadFacility, match="surface_m is not above the tip"):
        parse(VALE.read_text() + RU % 318.4)
