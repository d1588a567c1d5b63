"""Tests of whom an inundation area reaches, on settlements drawn in metres."""

import math

import pytest

from tailings.land.reach import PeopleReached, reached
from tailings.land.shapes import Shape
from tailings.land.values import Feature
from tests.tailings.land import drawn

AREA = drawn.polygon(drawn.box(0, 0, 2_000, 1_000))
WIDE = (-8.5, 37.5, -6.5, 39.0)
VILLAGE = drawn.polygon(drawn.box(100, 100, 400, 400))
ACROSS = drawn.polygon(drawn.box(1_500, 500, 2_500, 800))
OUTSIDE = drawn.point(2_200, 500)


def settlements(*known: tuple[Shape, float | None]) -> list[Feature]:
    """Each with its people."""
    return [Feature(number, "", shape, population=people) for number, (shape, people) in enumerate(known, 1)]


def test_who_lives_wholly_inside_is_the_least_and_who_is_met_the_most() -> None:
    """A village of 310 and a place of 40 inside, one of 900 across the edge, one outside: 350 to 1,250."""
    known = settlements((VILLAGE, 310.0), (drawn.point(900, 900), 40.0), (ACROSS, 900.0), (OUTSIDE, 7.0))

    assert reached(AREA, known, WIDE, is_whole=True) == PeopleReached(350.0, 1_250.0)


@pytest.mark.parametrize(
    ("people", "covers", "is_whole"),
    [(None, WIDE, True), (900.0, (-7.5, 38.0, -7.49, 39.0), True), (900.0, WIDE, False)],
)
def test_without_all_numbers_nobody_knows_the_most(people: float | None, covers: tuple, is_whole: bool) -> None:
    """A settlement without a number, a layer that ends in the area, one of which not all was given."""
    known = settlements((VILLAGE, 310.0), (ACROSS, people))

    assert reached(AREA, known, covers, is_whole) == PeopleReached(310.0, math.inf)


def test_a_layer_of_another_country_says_nothing_and_a_whole_one_says_nobody() -> None:
    """Nobody in an area that a layer covers is 0 people; of one that it does not cover nothing is known."""
    assert reached(AREA, [], (0.0, 40.0, 1.0, 41.0), is_whole=True) is None
    assert reached(AREA, [], WIDE, is_whole=True) == PeopleReached(0.0, 0.0)
