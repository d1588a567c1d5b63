"""Student's t against scipy, and the worth of readings that resemble each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings import confidence


@given(st.floats(1.0, 1e6), st.floats(0.55, 0.9999))
def test_student_is_that_of_scipy(freedom: float, probability: float) -> None:
    """To one in a million, for whole degrees of freedom and others."""
    from scipy import stats

    assert confidence.student_t(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-6)


@pytest.mark.parametrize(
    ("freedom", "expected"), [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_student_is_that_of_the_printed_tables(freedom: int, expected: float) -> None:
    """The column 0.975 that every textbook prints; below 0.5 the sign is turned."""
    assert confidence.student_t(0.975, freedom) == pytest.approx(expected, abs=5e-4)
    assert confidence.student_t(0.025, freedom) == -confidence.student_t(0.975, freedom)


@pytest.mark.parametrize(("probability", "freedom"), [(0.0, 5), (1.0, 5), (0.975, 0), (0.975, -1)])
def test_what_is_no_probability_is_refused(probability: float, freedom: float) -> None:
    """The sentence says what the two must be."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        confidence.student_t(probability, freedom)


def test_without_a_degree_of_freedom_nothing_is_sure() -> None:
    """The interval has no end."""
    assert confidence.half_width(0.9) == math.inf
    assert confidence.half_width(30) == pytest.approx(2.042, abs=5e-4)


@pytest.mark.parametrize(("r", "low", "high"), [(0.0, 850, 1001), (0.5, 280, 390), (0.8, 85, 135), (0.95, 10, 40)])
def test_readings_that_resemble_each_other_count_for_fewer(r: float, low: float, high: float) -> None:
    """1,000 values of an AR(1) process around a mean: n (1 - r) / (1 + r) are 1,000, 333, 111 and 26."""
    random = np.random.default_rng(5)
    value = random.normal(size=1000)
    for place in range(1, 1000):
        value[place] += r * value[place - 1]

    found = confidence.effective_size(value - value.mean(), np.ones(999, np.bool_), 1)

    assert low < found < high


def test_neighbours_across_a_gap_do_not_count() -> None:
    """A series in pairs, each pair a value twice: only the pairs tell that neighbours are alike."""
    random = np.random.default_rng(6)
    value = np.repeat(random.normal(size=100), 2)
    is_pair = np.arange(199) % 2 == 0

    alike = confidence.effective_size(value - value.mean(), is_pair, 1)

    assert alike < 2 < confidence.effective_size(value - value.mean(), ~is_pair, 1)
