"""Tests of distances, bearings and areas on the ellipsoid, held against PROJ's geodesics (pyproj.Geod)."""

import numpy as np
import pyproj
from hypothesis import given
from hypothesis import strategies as st

from tailings import geodesic

GEOD = pyproj.Geod(ellps="WGS84")
LONGITUDES = st.floats(-179.9, 179.9)
LATITUDES = st.floats(-89, 89)
NEAR = st.floats(-2, 2)


@given(LONGITUDES, LATITUDES, st.lists(st.tuples(NEAR, NEAR), min_size=1, max_size=5))
def test_a_place_lies_as_far_as_it_is_and_in_its_bearing(longitude: float, latitude: float, steps: list) -> None:
    """Within a tenth of a millimetre of PROJ for places up to two degrees away, across the antimeridian too."""
    places = np.array([((longitude + x + 180) % 360 - 180, max(-89.9, min(89.9, latitude + y))) for x, y in steps])
    start = np.full(len(places), longitude), np.full(len(places), latitude)
    bearing, _, distance = GEOD.inv(*start, places[:, 0], places[:, 1])
    bearing = np.radians(bearing)
    found = geodesic.around(longitude, latitude, places)

    expected = np.stack([distance * np.sin(bearing), distance * np.cos(bearing)], axis=-1)
    assert np.allclose(found, expected, rtol=0, atol=1e-4)


def test_the_place_itself_is_no_distance_away() -> None:
    """Nothing is divided by zero at the place itself, at the equator and at a pole."""
    for place in ((-7.5, 38.0), (10.0, 0.0), (0.0, 90.0)):
        assert np.abs(geodesic.around(*place, np.array([place]))).max() < 1e-6


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.01, 5), st.floats(0.01, 5))
def test_a_rectangle_of_degrees_has_the_area_that_it_has(
    west: float, south: float, width: float, height: float
) -> None:
    """Within a millionth of PROJ, which gets the parallels in steps of a 2,000th."""
    xs, ys = np.linspace(west, west + width, 2_001), (south, south + height)
    longitudes = np.concatenate([xs, xs[::-1]])
    latitudes = np.repeat(ys, len(xs))
    expected, _ = GEOD.polygon_area_perimeter(longitudes, latitudes)
    (x0, y0), (x1, y1) = geodesic.of_equal_area(np.array([(west, south), (west + width, south + height)]))

    assert abs((x1 - x0) * (y1 - y0) / expected - 1) < 1e-6


@given(st.lists(st.tuples(LONGITUDES, LATITUDES, NEAR, NEAR), min_size=1, max_size=5))
def test_each_place_is_seen_from_its_own(pairs: list) -> None:
    """Places beside as many others give the distances of PROJ from pair to pair, as along a line."""
    here = np.array([(x, y) for x, y, _, _ in pairs])
    there = np.array([((x + dx + 180) % 360 - 180, max(-89.9, min(89.9, y + dy))) for x, y, dx, dy in pairs])
    expected = GEOD.inv(here[:, 0], here[:, 1], there[:, 0], there[:, 1])[2]

    assert np.allclose(geodesic.inverse(here[:, 0], here[:, 1], there)[0], expected, rtol=0, atol=1e-4)
