"""Tests of places on the map: angles as people write them, and the projection against an own second implementation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.laboratory.mapping import FacilityGrid
from tailings.laboratory.places import in_grid
from tailings.mapped_tables.coordinates import degrees
from tailings.mapped_tables.faults import BadMap

FLATTENING, AXIS_M, SCALE = 1 / 298.257223563, 6_378_137.0, 0.9996  # WGS 84, and of UTM


def utm(longitude: float, latitude: float, zone: int, is_south: bool) -> tuple[float, float]:
    """Easting and northing [m] by the series of Krueger (1912) to the third order (secondary)."""
    n = FLATTENING / (2 - FLATTENING)
    alpha = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16,
        13 * n**2 / 48 - 3 * n**3 / 5,
        61 * n**3 / 240,
    )
    phi, wide = math.radians(latitude), math.radians(longitude - (6 * zone - 183))
    k = 2 * math.sqrt(n) / (1 + n)
    t = math.sinh(math.atanh(math.sin(phi)) - k * math.atanh(k * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(wide)), math.atanh(math.sin(wide) / math.sqrt(1 + t * t))
    radius = SCALE * AXIS_M / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    terms = [(j, a) for j, a in enumerate(alpha, 1)]
    east = eta + sum(a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in terms)
    north = xi + sum(a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in terms)
    return 500_000 + radius * east, (10_000_000 if is_south else 0) + radius * north


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.floats(-3, 3), st.floats(0.5, 79), st.booleans(), st.floats(0, 360))
def test_a_place_in_degrees_lies_where_another_implementation_puts_it(
    zone: int, beside: float, latitude: float, is_south: bool, azimuth: float
) -> None:
    """Within a millimetre, 100 m along a crest of any direction: chainage 100, offset 0."""
    longitude, latitude = 6 * zone - 183 + beside, -latitude if is_south else latitude
    east, north = utm(longitude, latitude, zone, is_south)
    way = np.array([math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))])
    zero = np.array([east, north]) - 100 * way
    grid = FacilityGrid(tuple(zero), tuple(zero + 500 * way), "right", f"UTM {zone} {'south' if is_south else 'north'}")
    wrapped = (longitude + 180) % 360 - 180
    chainage, offset = in_grid(np.array([wrapped]), np.array([latitude]), grid, are_degrees=True)

    assert (chainage[0], offset[0]) == pytest.approx((100.0, 0.0), abs=1e-3)


@pytest.mark.parametrize(("downstream", "expected"), [("right", -30.0), ("left", 30.0)])
def test_offsets_are_positive_downstream(downstream: str, expected: float) -> None:
    """On a crest that runs east, a place 30 m north of it."""
    grid = FacilityGrid((1000.0, 2000.0), (1500.0, 2000.0), downstream, "EPSG:32719")  # type: ignore[arg-type]
    chainage, offset = in_grid(np.array([1200.0]), np.array([2030.0]), grid, are_degrees=False)

    assert (chainage[0], offset[0]) == (200.0, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-33.45", -33.45),
        ("-33,45", -33.45),
        ("33°27'00\"S", -33.45),
        ("33 27 00 S", -33.45),
        ("S 33º27.0'", -33.45),
        ("70:30:36 W", -70.51),
        ("106 18 07.2 E", 106.302),
        ("33 75 00 S", None),
        ("17045", None),
        ("173015.5", None),
        ("1234,5", None),
        ("-33 27 S", None),
        ("north", None),
        ("", None),
        (" " * 10_000 + "x", None),
    ],
)
def test_angles_are_read_as_people_write_them(text: str, expected: float | None) -> None:
    """Decimal, or degrees, minutes and seconds; a sign beside a letter, 75 minutes, or digits in a row are none."""
    assert degrees(text) == pytest.approx(expected)


@pytest.mark.parametrize("crs", ["UTM 19S", "UTM 61 north", "+proj=utm +zone=19", "WGS84", "/etc/passwd"])
def test_what_is_no_code_of_a_system_is_refused(crs: str) -> None:
    """`UTM 19S` too: S is a band of the northern hemisphere to one reader, and the southern one to another."""
    with pytest.raises(ValueError, match="no reference system; write EPSG:32719, or UTM 19 south"):
        FacilityGrid((0.0, 0.0), (1.0, 0.0), "left", crs)


@pytest.mark.parametrize(("crs", "fix"), [("EPSG:4326", "has degrees"), ("EPSG:9999", "write EPSG")])
def test_a_system_that_is_no_projected_one_is_refused(crs: str, fix: str) -> None:
    """Degrees, and a code that stands for none."""
    grid = FacilityGrid((0.0, 0.0), (1.0, 0.0), "left", crs, "EPSG:32719")

    with pytest.raises(BadMap, match=fix):
        in_grid(np.array([1.0]), np.array([2.0]), grid, are_degrees=False)


def test_a_place_far_away_is_none() -> None:
    """A northing that lost a digit, and what pyproj gives for a latitude of 200 degrees."""
    grid = FacilityGrid((351_000.0, 6_297_000.0), (351_500.0, 6_297_000.0), "right", "EPSG:32719")

    assert np.isnan(in_grid(np.array([351_200.0]), np.array([629_700.0]), grid, are_degrees=False)).all()
    assert np.isnan(in_grid(np.array([-70.0]), np.array([200.0]), grid, are_degrees=True)).all()
