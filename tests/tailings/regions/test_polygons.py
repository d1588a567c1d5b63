"""Tests of in which region a place lies; the oracle is GEOS by shapely, which knows nothing of our rule."""

import datetime as dt
import math
import random

import numpy as np
import pytest
import shapely

from tailings.regions.boundaries import Boundaries, Region
from tailings.regions.polygons import Polygons

DAY = dt.date(2026, 1, 1)


def star(draw: random.Random, x: float, y: float, reach: float) -> list[tuple[float, float]]:
    """A ring around a place, with as many dents as points."""
    angles = sorted(draw.uniform(0, 2 * math.pi) for _ in range(draw.randrange(6, 40)))
    around = [(x + (r := reach * draw.uniform(0.3, 1)) * math.cos(one), y + r * math.sin(one)) for one in angles]
    return [*around, around[0]]


def flat(ring: list[tuple[float, float]]) -> tuple[float, ...]:
    """A ring as it is stored."""
    return tuple(value for point in ring for value in point)


@pytest.mark.parametrize("seed", range(5))
def test_a_place_lies_where_geos_says(seed: int) -> None:
    """Of 2,000 places in and around polygons of several parts with holes, each."""
    draw = random.Random(seed)
    parts = [(star(draw, x, 0, 3.0), star(draw, x, 0, 0.6)) for x in (-8.0, 0.0, 8.0)]
    truth = shapely.MultiPolygon([shapely.Polygon(outer, [hole]) for outer, hole in parts])
    asked = Polygons(Boundaries("", "", DAY, (Region("XX", "", tuple(flat(ring) for part in parts for ring in part)),)))
    x, y = ([draw.uniform(low, high) for _ in range(2000)] for low, high in ((-12, 12), (-4, 4)))

    assert truth.is_valid or seed
    inside = shapely.contains_xy(shapely.make_valid(truth), np.array(x), np.array(y))
    found = np.array([code == "XX" for code in asked.codes(x, y)])
    assert np.array_equal(found, inside) and 100 < inside.sum() < 1900


def test_the_smallest_region_counts_and_a_border_belongs_to_one() -> None:
    """NUTS 3 in NUTS 2 in a country; a place on a shared border lies in exactly one of both."""
    square = (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0)
    east = tuple(value + 1.0 - number % 2 for number, value in enumerate(square))
    both = (0.0, 0.0, 2.0, 0.0, 2.0, 1.0, 0.0, 1.0, 0.0, 0.0)
    found = (Region("XX", "", (both,)), Region("XX1", "", (square,)), Region("XX2", "", (east,)))
    polygons = Polygons(Boundaries("", "", DAY, found))

    assert polygons.codes([0.5, 1.5, 1.0, 3.0], [0.5, 0.5, 0.5, 0.5]) == ["XX1", "XX2", "XX2", ""]
