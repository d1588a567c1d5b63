"""Tests of domains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.estimate import domains


def test_lift_and_beach_make_the_domain() -> None:
    """Lifts end at 336 m and 339 m, the beach after 60 m; numbers and words by hand."""
    found = domains.label(np.array([335.0, 336.0, 336.5, 341.0]), np.array([10.0, 90, 60, 61]), (336.0, 339.0), 60.0)

    assert list(found) == [0, 1, 2, 5]
    assert [domains.words(int(number)) for number in found] == [
        "lift 1, beach",
        "lift 1, pond",
        "lift 2, beach",
        "lift 3, pond",
    ]


def test_a_cell_across_a_border_is_shared() -> None:
    """Cells of 4 m and 20 m with a lift up to 1 m and a beach to 30 m, by hand; all of a cell is somebody's."""
    found = domains.shares(np.array([0.0, 4.0, 8.0]), np.array([-40.0, -20.0, 0.0]), (1.0,), 30.0)

    np.testing.assert_allclose(found[0], [[0.125, 0.0], [0.25, 0.0]])
    np.testing.assert_allclose(found[1], [[0.125, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(np.sum(list(found.values()), axis=0), 1.0)


@given(
    tops=st.lists(st.floats(0.5, 7.5), min_size=0, max_size=3, unique=True),
    beach=st.floats(0.0, 45.0),
    seed=st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_shares_are_those_of_points_that_are_labelled_one_by_one(tops: list[float], beach: float, seed: int) -> None:
    """Of 4,000 random points of a cell, within five deviations of such a share."""
    random, borders = np.random.default_rng(seed), tuple(sorted(tops))
    up, across = random.uniform(2.0, 6.0, 4_000), random.uniform(-30.0, 10.0, 4_000)
    label = domains.label(up, np.abs(across), borders, beach)

    found = domains.shares(np.array([2.0, 6.0]), np.array([-30.0, 10.0]), borders, beach)

    for domain, share in found.items():
        assert float(share[0, 0]) == pytest.approx((label == domain).mean(), abs=5 * 0.5 / np.sqrt(4_000))


def test_lifts_must_rise() -> None:
    """Tops out of order are refused."""
    with pytest.raises(ValueError, match="rise"):
        domains.label(np.zeros(1), np.zeros(1), (339.0, 336.0), 60.0)
