"""Tests of the way of the water, on a river drawn in metres: a brook, a river that takes it, and two arms."""

import pytest

from tailings.land import downstream
from tailings.land.values import Feature
from tests.tailings.land import drawn

BOX = drawn.ORIGIN.box(25_000)
BROOK = Feature(1, "Brook", drawn.line((-2_000, 300), (0, 300), (3_000, 300)))
ABOVE = Feature(2, "River", drawn.line((3_000, 9_000), (3_000, 300)))
BELOW = Feature(3, "River", drawn.line((3_000, 300), (3_000, -4_700)))
ARMS = [
    Feature(4, "East arm", drawn.line((3_000, -4_700), (4_000, -4_700), (4_000, -6_700))),
    Feature(5, "West arm", drawn.line((3_000, -4_700), (2_000, -4_700), (2_000, -6_700))),
]


def test_the_water_goes_down_and_not_up() -> None:
    """From the place of the brook beside the dam: 3 km of it, 5 km of the river below, nothing from above."""
    found = downstream.downstream(drawn.ORIGIN, [ABOVE, BELOW, BROOK], BOX)

    assert found is not None and (found.start, round(found.start_m)) == ("Brook", 300)
    assert [(one.name, round(one.length_m)) for one in found.legs] == [("Brook", 3_000), ("River", 5_000)]
    assert found.ends == ("network",)


def test_where_the_water_parts_both_arms_are_followed() -> None:
    """Both arms of 3 km; a loop back into the river ends."""
    loop = Feature(6, "Loop", drawn.line((4_000, -6_700), (3_000, 300)))
    found = downstream.downstream(drawn.ORIGIN, [BROOK, BELOW, *ARMS, loop], BOX)

    assert found is not None
    assert {one.name: round(one.length_m, -1) for one in found.legs} == {
        "Brook": 3_000,
        "River": 5_000,
        "East arm": 3_000,
        "West arm": 3_000,
        "Loop": pytest.approx(7_070, abs=10),
    }


def test_rivers_meet_and_part_at_corners_within_their_lines() -> None:
    """As OpenStreetMap draws them: the river is one line past the brook and past the arm that leaves it."""
    river = Feature(2, "River", drawn.line((3_000, 9_000), (3_000, 300), (3_000, -4_700), (3_000, -8_700)))
    arm = Feature(3, "Arm", drawn.line((3_000, -4_700), (4_000, -4_700)))
    found = downstream.downstream(drawn.ORIGIN, [arm, river, BROOK], BOX)

    assert found is not None
    assert {one.name: round(one.length_m, -1) for one in found.legs} == {"Brook": 3_000, "River": 9_000, "Arm": 1_000}


def test_the_edge_of_what_was_looked_at_is_told() -> None:
    """A river that leaves the box goes on; where, is not known."""
    far = Feature(7, "River", drawn.line((3_000, 300), (3_000, -40_000)))
    found = downstream.downstream(drawn.ORIGIN, [BROOK, far], BOX)

    assert found is not None and found.ends == ("edge",)


def test_no_river_is_no_way() -> None:
    """A river 6 km away is not taken for that of the facility."""
    far = Feature(1, "Far", drawn.line((6_000, -9_000), (6_000, 9_000)))

    assert downstream.downstream(drawn.ORIGIN, [far], BOX) is None


def test_what_lies_beside_the_way_is_found() -> None:
    """A village 400 m from the river, an area across it, and a village 600 m away."""
    found = downstream.downstream(drawn.ORIGIN, [BROOK, BELOW], BOX)
    assert found is not None
    village, off = drawn.point(3_400, -2_000), drawn.point(3_600, 0)
    across = drawn.polygon(drawn.box(2_000, -3_000, 4_000, -2_900))
    features = [Feature(n, "", one) for n, one in enumerate((village, across, off))]

    assert [one.number for one in downstream.beside(drawn.ORIGIN, found, features)] == [0, 1]
