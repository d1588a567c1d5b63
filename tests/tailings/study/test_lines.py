"""Holes laid along a section or along their own axis; distances by hand from the demo's grid of sixteen."""

import math

import numpy as np
import pytest

from tailings.facility import SurveyedSection
from tailings.study import lines
from tailings.study.results import Strip
from tests.tailings.study.example import result


def section(id: str, chainage_m: float | None) -> SurveyedSection:
    """A section across the crest."""
    return SurveyedSection(id, f"Section {id.upper()}", chainage_m)


def hole(name: str, chainage_m: float, offset_m: float) -> Strip:
    """A hole without samples."""
    return Strip(name, chainage_m, offset_m, 340.0, (), composite=())


def test_a_section_has_the_holes_that_are_near_it_by_their_offset() -> None:
    """Section B at chainage 120: the rows at 90 and 150 are 30 m off it, those at 30 and 210 are 90 m off."""
    row = lines.rows([section("b", 120.0)], result().strips, 60.0)[0]

    assert [one.distance_m for one in row.holes] == [-270, -270, -200, -200, -120, -120, -40, -40]
    assert {one.off_m for one in row.holes} == {30.0}
    assert row.others == ("DH-01", "DH-02", "DH-03", "DH-04", "DH-13", "DH-14", "DH-15", "DH-16")


def test_the_section_with_most_holes_stands_first_and_the_axis_last() -> None:
    """A at 20 has four holes, B eight; a section without a chainage, or far from all holes, is none."""
    sections = [section("a", 20.0), section("b", 120.0), section("c", None), section("d", 900.0)]

    assert [row.line.id for row in lines.rows(sections, result().strips, 60.0)] == ["b", "a", "axis"]
    assert lines.rows(sections, (), 60.0) == []


def test_holes_without_a_section_are_laid_along_their_own_axis() -> None:
    """Four holes on a line that rises 3 in 4 are 0, 5, 15 and 20 m along it; one beside it by 2 m is 2 m off."""
    strips = [hole(f"H{at}", 10 + 0.8 * at, -50 + 0.6 * at) for at in (20, 0, 15, 5)]
    row = lines.rows([], strips, 60.0)[0]
    off = lines.lay(row.line, [hole("X", 10 + 8.0 - 1.2, -50 + 6.0 + 1.6)]).holes[0]

    assert [one.distance_m for one in row.holes] == pytest.approx([0, 5, 15, 20], abs=1e-9)
    assert [one.off_m for one in row.holes] == pytest.approx([0, 0, 0, 0], abs=1e-9)
    assert (off.distance_m, off.off_m) == pytest.approx((10.0, 2.0))


def test_the_axis_is_that_of_the_largest_spread() -> None:
    """numpy's eigenvectors of the covariance give the same direction, but for its sign."""
    strips = result().strips
    spread = np.cov(np.array([(one.chainage_m, one.offset_m) for one in strips]).T)
    largest = np.linalg.eigh(spread)[1][:, -1]

    assert abs(float(largest @ np.array(lines.axis(strips).direction))) == pytest.approx(1.0)


def test_a_place_along_a_line_is_where_its_distance_says() -> None:
    """40 m along a line from (10, -50) that rises 3 in 4 lies at (42, -26)."""
    line = lines.StraightLine("x", "", (10.0, -50.0), (0.8, 0.6), math.inf, is_section=False)

    chainage, offset = line.at(np.array([40.0]))

    assert (chainage[0], offset[0]) == pytest.approx((42.0, -26.0))


def test_of_many_holes_the_nearest_are_drawn() -> None:
    """Of twenty holes 1 to 20 m off a section the four farthest are named and not drawn."""
    strips = [hole(f"H{off:02d}", float(off), -10.0 * off) for off in range(1, 21)]
    row = lines.rows([section("a", 0.0)], strips, 60.0)[0]

    assert len(row.holes) == lines.MOST_HOLES
    assert row.others == ("H17", "H18", "H19", "H20")
