"""Tests of distances, held against PROJ's geodesics to thousands of places along each edge (brute force)."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.land.distance import FacilityOrigin, distance_m
from tailings.land.shapes import Shape, read
from tests.tailings.land import drawn

REACH_M = 25_000
DEGREES = st.floats(-0.25, 0.25)


def brute_force_m(longitude: float, latitude: float, shape: Shape, pieces: int = 4_000) -> float:
    """The shortest of the geodesics to places along the edges, which are straight in degrees."""
    shares = np.linspace(0, 1, pieces)[:, None]
    lines = [line for part in shape.parts for line in part]
    along = np.concatenate([a + shares * (b - a) for line in lines for a, b in pairwise(line)])
    start = np.full(len(along), longitude), np.full(len(along), latitude)
    return float(drawn.GEOD.inv(*start, along[:, 0], along[:, 1])[2].min())


@settings(max_examples=60)
@given(st.floats(-170, 170), st.floats(-75, 75), st.lists(st.tuples(DEGREES, DEGREES), min_size=3, max_size=6))
def test_a_line_is_as_far_as_its_nearest_place(longitude: float, latitude: float, steps: list) -> None:
    """Within 20 in a million, and half a step of the brute force (8 m); edges of up to 50 km among them."""
    shape = read("LineString", [(longitude + x, latitude + y) for x, y in steps])
    expected = brute_force_m(longitude, latitude, shape)
    found = distance_m(FacilityOrigin(longitude, latitude), shape, REACH_M)

    if found is None:
        assert expected > REACH_M - 1
    else:
        assert found == pytest.approx(expected, rel=2e-5, abs=8)


def test_a_long_edge_is_straight_in_degrees() -> None:
    """A border of a degree along a parallel, which a geodesic between its ends would miss by 50 m."""
    shape = read("LineString", [(-8.0, 38.3), (-7.0, 38.3)])
    expected = brute_force_m(*drawn.PLACE, shape, 200_000)

    assert distance_m(drawn.ORIGIN, shape, REACH_M) == pytest.approx(expected, abs=0.1)


def test_a_facility_in_an_area_is_at_no_distance_and_in_a_hole_at_that_of_the_hole() -> None:
    """Inside 0; in a hole of 300 m to each side 300 m."""
    whole = drawn.polygon(drawn.box(-900, -900, 900, 900))
    ring = drawn.polygon(drawn.box(-900, -900, 900, 900), drawn.box(-300, -300, 300, 300))

    assert distance_m(drawn.ORIGIN, whole, REACH_M) == 0
    assert distance_m(drawn.ORIGIN, ring, REACH_M) == pytest.approx(300, abs=0.01)


def test_an_outline_counts_from_its_edge() -> None:
    """A pond of 800 m by 400 m: a point 500 m east of its centre is 100 m away, a river across it at 0 m."""
    origin = FacilityOrigin(*drawn.PLACE, drawn.polygon(drawn.box(-400, -200, 400, 200)))

    assert distance_m(origin, drawn.point(500, 0), REACH_M) == pytest.approx(100, abs=0.01)
    assert distance_m(origin, drawn.line((-3_000, 50), (3_000, 50)), REACH_M) == 0
    assert distance_m(origin, drawn.polygon(drawn.box(-10, -10, 10, 10)), REACH_M) == 0
    assert distance_m(origin, drawn.polygon(drawn.box(700, 500, 900, 700)), REACH_M) == pytest.approx(
        np.hypot(300, 300), abs=0.01
    )


def test_what_is_beyond_the_reach_has_no_distance() -> None:
    """A point at 25.1 km is not within 25 km; one at 24.9 km is."""
    assert distance_m(drawn.ORIGIN, drawn.point(0, 25_100), REACH_M) is None
    assert distance_m(drawn.ORIGIN, drawn.point(17_000, 18_190), REACH_M) == pytest.approx(
        np.hypot(17_000, 18_190), abs=0.01
    )


def test_a_country_is_read_as_fast_as_a_field() -> None:
    """Edges far away are not cut into pieces: a ring of 100,000 km around gives the edge that is near."""
    shape = read("Polygon", [[(-170, -80), (170, -80), (170, 80), (-7.4, 80), (-7.4, 38.0), (-170, 38.0), (-170, -80)]])

    assert distance_m(drawn.ORIGIN, shape, REACH_M) == pytest.approx(
        brute_force_m(*drawn.PLACE, read("LineString", [(-7.4, 38.0), (-7.4, 38.4)]), 100_000), abs=0.1
    )
