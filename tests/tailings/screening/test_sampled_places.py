"""Samples as places: means by length of a hole, what is below a limit, and what says nothing."""

from __future__ import annotations

import pytest

from tailings.screening.sampled_places import PlacedSample, arrived, known


def sample(name: str, hole: str, length_m: float | None, grade: float, sign: str = "") -> PlacedSample:
    """A sample with one result of copper."""
    return PlacedSample(name, hole, length_m, ({"element": "Cu", "sign": sign, "mg_per_kg": grade},))


def test_a_hole_is_one_place_and_its_grade_the_mean_by_length() -> None:
    """By hand: (100 x 1 + 400 x 2) / 3 = 300; samples without a hole are places of their own."""
    found = known([sample("a", "H1", 1.0, 100.0), sample("b", "H1", 2.0, 400.0), sample("c", "", None, 50.0)])

    assert found["Cu"].grades == pytest.approx((300.0, 50.0))
    assert found["Cu"].below == 0


def test_below_a_limit_half_counts_for_what_is_known_and_the_limit_for_what_arrives() -> None:
    """Half of 10 for the screening, as in studies; 10 and a mark for the score; zero has no logarithm."""
    samples = [sample("a", "H1", 1.0, 10.0, "<"), sample("b", "H2", 1.0, 0.0)]

    start, later = known(samples)["Cu"], arrived(samples, "Cu")

    assert (start.grades, start.below) == ((5.0,), 1)
    assert [(one.grade, one.is_below) for one in later] == [(10.0, True)]
    assert arrived(samples, "Zn") == []
