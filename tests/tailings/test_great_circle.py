"""Distances along the ground: a quarter of the globe, an independent library, and arrays at once."""

import math

import numpy as np
import pytest
from pyproj import Geod

from tailings.great_circle import EARTH_M, distance_m


def test_a_quarter_of_a_meridian_is_half_of_pi_radii() -> None:
    """From the equator to the pole; and nothing from a place to itself."""
    assert float(distance_m((10.0, 0.0), (10.0, 90.0))) == pytest.approx(EARTH_M * math.pi / 2)
    assert float(distance_m((10.0, 41.0), (10.0, 41.0))) == 0


def test_many_places_at_once_are_as_far_as_proj_says_on_the_same_sphere() -> None:
    """By pyproj, which solves it otherwise, over 200 pairs from metres to the other side of the globe."""
    random = np.random.default_rng(7)
    x0, x1 = random.uniform(-180, 180, (2, 200))
    y0, y1 = random.uniform(-89, 89, (2, 200))
    x1[:50], y1[:50] = x0[:50] + 1e-4, y0[:50] - 1e-4

    _, _, expected = Geod(a=EARTH_M, b=EARTH_M).inv(x0, y0, x1, y1)

    assert distance_m((x0, y0), (x1, y1)) == pytest.approx(expected, rel=1e-9, abs=1e-3)
    assert np.isnan(distance_m((math.nan, 0.0), (1.0, 1.0)))
