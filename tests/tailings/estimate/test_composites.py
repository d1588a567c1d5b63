"""Tests of compositing, reckoned by hand."""

import numpy as np
import pytest

from tailings.estimate.composites import Intervals, by_length


def intervals(rows: list[tuple[int, float, float, int, float]]) -> Intervals:
    """Pieces of one element from rows of hole, top, bottom, domain, grade."""
    hole, top, bottom, domain, grade = (np.array(column) for column in zip(*rows, strict=True))
    return Intervals(hole, top, bottom, domain, grade[:, None])


def test_composites_are_weighted_by_length() -> None:
    """1 m of 10, 40 and 70 over 1.5 m each: (1 x 10 + 0.5 x 40) / 1.5 = 20, and (0.5 x 40 + 1 x 70) / 1.5 = 60."""
    found = by_length(intervals([(1, 0.0, 1.0, 0, 10.0), (1, 1.0, 2.0, 0, 40.0), (1, 2.0, 3.0, 0, 70.0)]), 1.5)

    assert found.grade[:, 0] == pytest.approx([20.0, 60.0])
    assert found.top_m == pytest.approx([0.0, 1.5])


def test_a_longer_sample_stays_one() -> None:
    """18 m between two pieces of 1.5 m are one result and not twelve; one of just the length is a composite."""
    found = by_length(intervals([(1, 0.0, 1.5, 0, 10.0), (1, 1.5, 19.5, 0, 40.0), (1, 19.5, 21.0, 0, 20.0)]), 1.5)

    assert found.grade[:, 0] == pytest.approx([10.0, 40.0, 20.0])
    assert (found.bottom_m - found.top_m) == pytest.approx([1.5, 18.0, 1.5])


def test_a_composite_does_not_cross_a_domain() -> None:
    """The domain changes at 1 m: two composites, not one."""
    found = by_length(intervals([(1, 0.0, 1.0, 0, 10.0), (1, 1.0, 2.0, 1, 40.0)]), 2.0)

    assert found.grade[:, 0] == pytest.approx([10.0, 40.0])
    assert list(found.domain) == [0, 1]


def test_what_is_hardly_measured_is_left_out() -> None:
    """0.4 m of 2 m is less than half; what is missing is not zero."""
    found = by_length(intervals([(1, 0.0, 0.4, 0, 10.0), (1, 0.4, 2.0, 0, np.nan), (1, 2.0, 4.0, 0, 6.0)]), 2.0)

    assert found.grade[:, 0] == pytest.approx([6.0])
    assert found.top_m == pytest.approx([2.0])


def test_metal_is_kept() -> None:
    """Grade times length is the same before and after, over 40 random pieces without gaps."""
    edges = np.cumsum(np.r_[0, np.random.default_rng(1).uniform(0.2, 1.9, 40)])
    grade = np.random.default_rng(2).uniform(1, 9, 40)
    rows = [(1, edges[i], edges[i + 1], 0, grade[i]) for i in range(40)]

    found = by_length(intervals(rows), 1.5, 0.0)

    assert (found.grade[:, 0] * (found.bottom_m - found.top_m)).sum() == pytest.approx((grade * np.diff(edges)).sum())


def test_overlapping_intervals_are_refused() -> None:
    """Two results for one piece of a hole are an error of depths."""
    with pytest.raises(ValueError, match="overlap"):
        by_length(intervals([(1, 0.0, 1.0, 0, 10.0), (1, 0.5, 2.0, 0, 40.0)]), 1.5)
