"""Tests of where composites, panels and holes lie."""

import msgspec
import numpy as np
import pytest

from tailings.study import BadStudy, Sampled, laid
from tailings.study.inputs import Box, NextHole
from tests.tailings.study.example import inputs, samples

BOX = Box((0.0, 100.0), (-100.0, 0.0), (0.0, 10.0), (25.0, 25.0, 5.0))


def at(*places: tuple[float, float]) -> list[Sampled]:
    """A sample of a hole at each place."""
    one = samples()[0]
    return [msgspec.structs.replace(one, hole=f"H{x}{y}", chainage_m=x, offset_m=y) for x, y in places]


def test_holes_are_as_far_apart_as_the_median_of_the_nearest() -> None:
    """Three in a row, 10 and 30 m apart: the nearest are 10, 10 and 30 m away."""
    assert laid.spacing_m(at((0.0, 0.0), (10.0, 0.0), (40.0, 0.0))) == pytest.approx(10.0)
    with pytest.raises(BadStudy, match="two or more"):
        laid.spacing_m(at((0.0, 0.0)))


def test_a_next_hole_gives_a_sample_each_composite() -> None:
    """At the middles of composites below its collar."""
    hole = NextHole("N", 5.0, -3.0, 9.0, 4.0, cost=100.0)

    assert laid.along([hole], 2.0)[0].tolist() == [[5.0, -3.0, 8.0], [5.0, -3.0, 6.0]]


def test_the_demo_has_four_domains_and_all_panels_are_in_one() -> None:
    """Two lifts, beach and pond; a hole above the box is in the domain below it."""
    box = inputs().box
    high = [np.array([[100.0, -50.0, 400.0]])]
    of_panels = np.array([0, 1, 2, 3])
    empty = np.empty((0, 3))
    some = laid.Laid(empty, np.empty(0), empty, np.empty(0, dtype=np.int64), empty, panel_domain=of_panels, base_m=1.5)

    assert laid.places(box, some, high).domain.tolist() == [2]
