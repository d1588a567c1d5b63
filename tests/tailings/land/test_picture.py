"""Tests of the picture of a shape: against Shapely's cut of the same shape, and against places drawn by PROJ."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tailings.land import picture
from tailings.land.distance import FacilityOrigin, distance_m, shortest_way
from tests.tailings.land import drawn

REACH_M = 5_000.0
STEP_M = REACH_M / picture.STEPS
AT = st.tuples(st.integers(-12_000, 12_000), st.integers(-12_000, 12_000))
OUTLINE = drawn.polygon(drawn.box(-400, -200, 400, 200))


@settings(max_examples=60, deadline=None)
@given(st.lists(AT, min_size=3, max_size=7, unique=True))
def test_of_an_area_is_drawn_what_lies_in_the_picture(corners: list[tuple[int, int]]) -> None:
    """The area that Shapely cuts out of the same ring, but for a line's width around it."""
    ring = shapely.Polygon(corners)
    if not ring.is_valid or ring.area < 1:
        return
    frame = shapely.box(-REACH_M, -REACH_M, REACH_M, REACH_M)

    found = picture.drawn(drawn.ORIGIN, drawn.polygon(corners), REACH_M)

    expected = ring.intersection(frame)
    lines = found.lines if found and found.form == "area" else []
    shown = shapely.union_all([shapely.Polygon(one).buffer(0) for one in lines]).intersection(frame)
    assert shown.symmetric_difference(expected).area <= 4 * STEP_M * (expected.length + 8 * STEP_M)


def test_a_line_is_drawn_through_the_picture_and_a_place_at_its_place() -> None:
    """A river from 40 km west to 40 km east, 1 km north; a village at 300 m, and one outside."""
    river = picture.drawn(drawn.ORIGIN, drawn.line((-40_000, 1_000), (0, 1_000), (40_000, 1_000)), REACH_M)
    village = picture.drawn(drawn.ORIGIN, drawn.point(300, -400), REACH_M)

    assert river is not None and village is not None
    (line,) = river.lines
    seen = [(x, y) for x, y in line if abs(x) < REACH_M]
    assert {y for _, y in seen} <= set(range(980, 1_014)) and max(x for x, _ in line) > REACH_M
    assert village.lines == [[(300, -400)]]
    assert picture.drawn(drawn.ORIGIN, drawn.point(6_000, 0), REACH_M) is None


def test_an_area_that_is_smaller_than_a_line_is_a_place() -> None:
    """Of 4 m by 4 m, in a picture whose lines are 12.5 m apart; it does not vanish."""
    found = picture.drawn(drawn.ORIGIN, drawn.polygon(drawn.box(1_000, 0, 1_004, 4)), REACH_M)

    assert found is not None and (found.form, found.lines) == ("point", [[(1_000, 0)]])


@settings(max_examples=40, deadline=None)
@given(st.integers(-9_000, 9_000), st.integers(-9_000, 9_000), st.integers(50, 3_000), st.booleans())
@example(-1_108, -5, 708, True)
def test_the_shortest_way_ends_where_shapely_says(x: int, y: int, side: int, has_outline: bool) -> None:
    """As long as the distance, and as long as Shapely's between the same shapes in metres."""
    corners = drawn.box(x, y, x + side, y + side)
    other = shapely.Polygon(corners)
    own = shapely.box(-400, -200, 400, 200) if has_outline else shapely.Point(0, 0)
    origin = FacilityOrigin(*drawn.PLACE, OUTLINE) if has_outline else drawn.ORIGIN
    shape = drawn.polygon(corners)

    way = shortest_way(origin, shape, 25_000)

    if own.intersects(other):
        assert way is None
        return
    assert way is not None
    assert np.hypot(*(way[1] - way[0])) == distance_m(origin, shape, 25_000)
    assert np.hypot(*(way[1] - way[0])) == pytest.approx(own.distance(other), abs=2, rel=1e-3)
    assert own.distance(shapely.Point(way[0])) < 2 and other.distance(shapely.Point(way[1])) < 2


def test_the_picture_is_as_wide_as_what_it_has_to_show() -> None:
    """A village at 1.4 km takes 2 km; with none the outline alone takes 1 km; what is too far takes the widest."""
    reaches = (1_000.0, 2_000.0, 5_000.0)
    own = FacilityOrigin(*drawn.PLACE, OUTLINE)

    assert picture.least_reach_m(drawn.ORIGIN, [drawn.point(1_400, 0)], reaches) == 2_000
    assert picture.least_reach_m(own, [], reaches) == 1_000
    assert picture.least_reach_m(drawn.ORIGIN, [drawn.point(0, 4_900)], reaches) == 5_000
