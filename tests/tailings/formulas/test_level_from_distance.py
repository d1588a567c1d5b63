"""Level from distance: farther is lower."""

import pytest

from tailings.formulas import level_from_distance
from tests.tailings.formulas.examples import given_of


def test_farther_is_lower() -> None:
    """One metre more distance is one metre less level."""
    given = given_of("level_from_distance", {}, dated={"geometry": {"sensor_m": 342.5}}, distance=[4, 5])

    level = level_from_distance.compute(given).value

    assert level == pytest.approx([338.5, 337.5])
