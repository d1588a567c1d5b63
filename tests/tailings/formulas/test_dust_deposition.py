"""Dust deposition: doubling the time halves it."""

import pytest

from tailings.formulas import dust_deposition
from tests.tailings.formulas.examples import given_of


def test_one_square_metre_and_one_day() -> None:
    """350 mg on one square metre in a day is 350 mg/(m2 d), in two days half of it."""
    for days, expected in ((1.0, 350.0), (2.0, 175.0)):
        given = given_of("dust_deposition", {"area_m2": 1.0, "exposure_d": days}, mass=[350.0])
        assert dust_deposition.compute(given).value[0] == pytest.approx(expected)
