"""Tests of shared areas: held against PROJ's geodesic areas, drawn rectangles, and points thrown at random."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.land.distance import lies_in
from tailings.land.overlap import area_m2, shared_m2
from tailings.land.shapes import Shape, read
from tests.tailings.land import drawn

METRES = st.integers(-2_000, 2_000)
CORNERS = st.lists(st.tuples(METRES, METRES), min_size=3, max_size=7, unique=True)


def dense_area_m2(ring: np.ndarray) -> float:
    """The geodesic area of a ring whose edges are straight in degrees."""
    shares = np.linspace(0, 1, 200, endpoint=False)[:, None]
    along = np.concatenate([a + shares * (b - a) for a, b in pairwise(ring)])
    return abs(drawn.GEOD.polygon_area_perimeter(along[:, 0], along[:, 1])[0])


@pytest.mark.parametrize("size_m", [10, 1_000, 30_000])
def test_an_area_is_that_of_the_geodesics(size_m: float) -> None:
    """A leaning hexagon of 10 m to 30 km: within a share of 2 in a million of PROJ."""
    turns = np.radians(np.arange(6) * 60 + 11)
    shape = drawn.polygon([(size_m * np.sin(one), size_m * np.cos(one)) for one in turns])

    assert area_m2(shape) == pytest.approx(dense_area_m2(shape.parts[0][0]), rel=2e-6)


@pytest.mark.parametrize(
    "other, expected_m2",
    [
        (drawn.polygon(drawn.box(200, -400, 900, 400)), 200 * 400),
        (drawn.polygon(drawn.box(-400, -200, 400, 200)), 800 * 400),
        (drawn.polygon(drawn.box(400, -200, 900, 200)), 0),
        (drawn.polygon(drawn.box(-900, -900, 900, 900), drawn.box(-100, -100, 100, 100)), 800 * 400 - 200 * 200),
        (drawn.line((-900, 0), (900, 0)), 0),
        (drawn.polygon(drawn.box(2_000, 0, 3_000, 50)), 0),
    ],
)
def test_rectangles_share_what_they_share(other: Shape, expected_m2: float) -> None:
    """A pond of 800 m by 400 m: crossed, the same, side by side, with a hole, a line, and far apart."""
    pond = drawn.polygon(drawn.box(-400, -200, 400, 200))

    assert shared_m2(pond, other) == pytest.approx(expected_m2, rel=1e-5, abs=1)


def test_polygons_that_lie_on_one_another_count_once() -> None:
    """Two halves of an area that overlap, which OGC forbids and files have."""
    halves = [drawn.polygon(drawn.box(*one)) for one in ((-400, -200, 100, 200), (-100, -200, 400, 200))]
    both = Shape("area", tuple(part for one in halves for part in one.parts))

    assert area_m2(both) == pytest.approx(800 * 400, rel=1e-5)


@settings(max_examples=30, deadline=None)
@given(CORNERS, CORNERS, st.integers(0, 2**32))
def test_any_two_rings_share_what_points_at_random_find(one: list, other: list, seed: int) -> None:
    """Crossing and crossed rings: 40,000 points in the box, within five standard errors."""
    shapes = [drawn.polygon(one), drawn.polygon(other)]
    points = np.concatenate([shape.points for shape in shapes])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(west, east, 40_000), draw.uniform(south, north, 40_000)
    share = (lies_in(shapes[0], x, y) & lies_in(shapes[1], x, y)).mean()
    whole = area_m2(read("Polygon", [[(west, south), (east, south), (east, north), (west, north), (west, south)]]))
    error = 5 * np.sqrt(max(share * (1 - share), 1e-4) / 40_000) + 3e-4

    assert shared_m2(*shapes) / max(whole, 1e-9) == pytest.approx(share, abs=error)
