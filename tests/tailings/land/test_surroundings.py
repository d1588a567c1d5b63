"""Tests of what is around a facility, on shapes drawn in metres."""

import math

import pytest

from tailings.land import surroundings
from tailings.land.distance import FacilityOrigin
from tailings.land.surroundings import NearFeature, nearest_m
from tailings.land.values import Feature
from tests.tailings.land import drawn

REACH_M = 25_000
OUTLINE = drawn.polygon(drawn.box(-400, -200, 400, 200))
ORIGIN = FacilityOrigin(*drawn.PLACE, OUTLINE)


def test_the_nearest_stands_first_with_its_way_and_what_it_shares() -> None:
    """An area over a quarter of the pond (its edges are straight in degrees), one 600 m beside it, one too far."""
    boxes = ((1_000, 0, 2_000, 50), (0, 0, 3_000, 3_000), (26_000, 0, 27_000, 1))
    shapes = [drawn.polygon(drawn.box(*one)) for one in boxes]
    found = surroundings.near(ORIGIN, [Feature(n, f"A{n}", one) for n, one in enumerate(shapes, 1)], REACH_M)

    assert [(one.name, round(one.distance_m)) for one in found] == [("A2", 0), ("A1", 600)]
    assert [one.shared_m2 for one in found] == [pytest.approx(400 * 200, rel=3e-4), 0.0]


def test_without_an_outline_no_overlap_is_said() -> None:
    """A place in an area is within it; how much of the facility is, is not known."""
    (found,) = surroundings.near(drawn.ORIGIN, [Feature(1, "A", drawn.polygon(drawn.box(-9, -9, 9, 9)))], REACH_M)

    assert (found.distance_m, found.is_within, found.shared_m2) == (0.0, True, None)


def test_people_are_those_that_the_layer_counts() -> None:
    """Within 1, 5 and 10 km: sums of what is known, how many settlements have no number, and that a layer that is
    whole within 7 km may lack some within 10."""
    places = [(800, 0, 120.0), (4_900, 0, None), (0, 9_900, 3_000.0), (0, 10_500, 9.0)]
    features = [Feature(n, "", drawn.point(x, y), people) for n, (x, y, people) in enumerate(places, 1)]
    found = surroundings.people(surroundings.near(drawn.ORIGIN, features, REACH_M), 7_000)

    assert [(one.radius_m, one.settlements, one.people, one.without_number, one.is_whole) for one in found] == [
        (1_000, 1, 120.0, 0, True),
        (5_000, 2, 120.0, 1, True),
        (10_000, 3, 3_120.0, 1, False),
    ]


def test_a_layer_is_whole_as_far_as_its_box_reaches_to_all_sides() -> None:
    """A box that ends 7 km to the east; one that the facility is not in; with an outline 400 m less."""
    west, south, east, north = -9.0, 37.0, drawn.at([(7_000, 0)])[0][0], 40.0

    assert surroundings.complete_within_m(drawn.ORIGIN, (west, south, east, north)) == pytest.approx(7_000, abs=1)
    assert surroundings.complete_within_m(ORIGIN, (west, south, east, north)) == pytest.approx(6_600, abs=1)
    assert surroundings.complete_within_m(drawn.ORIGIN, (-7.0, south, -6.0, north)) == 0


def test_a_shape_is_of_the_facility_that_it_names_or_that_it_meets() -> None:
    """One that names another facility is not, wherever it lies."""
    here, far = drawn.polygon(drawn.box(-9, -9, 9, 9)), drawn.polygon(drawn.box(5_000, 0, 5_009, 9))
    features = [Feature(1, "", here), Feature(2, "", far), Feature(3, "", far, facility="vale")]
    features.append(Feature(4, "", here, facility="other"))

    assert [one.number for one in surroundings.of_facility("vale", drawn.ORIGIN, features)] == [1, 3]


@pytest.mark.parametrize(
    ("ways", "whole_m", "bounds"),
    [
        ([800.0, 2_000.0], 5_000.0, (800.0, 800.0)),
        ([], 5_000.0, (5_000.0, math.inf)),
        ([7_000.0], 5_000.0, (5_000.0, 7_000.0)),
        ([7_000.0], 0.0, (0.0, 7_000.0)),
        ([], 0.0, None),
    ],
)
def test_how_near_the_nearest_can_be(ways: list[float], whole_m: float, bounds: tuple[float, float] | None) -> None:
    """Exact as far as a layer is whole, a span beyond it, and nothing where the layer does not speak of the place."""
    found = [
        NearFeature(one, "", way, is_within=False, shared_m2=None, population=None) for one, way in enumerate(ways)
    ]

    assert nearest_m(found, whole_m) == bounds
