"""Scoring: whether an interval held what came later, and how often, with the binomial interval of another library."""

from __future__ import annotations

import msgspec
import pytest
from scipy import stats

from tailings.screening import Arrived, hit_rate, score
from tailings.screening.hit_rate import of_counts
from tests.tailings.screening.test_sampling_plan import stated

STATED = msgspec.structs.replace(stated("a", 0.5), to_come=tuple((100.0 + k, 1000.0 - k) for k in range(8)))


@pytest.mark.parametrize(
    ("grades", "verdict", "mean"),
    [
        ((500.0,), "held", 500.0),
        ((100.0, 1000.0), "held", 316.2278),
        ((5000.0,), "missed", 5000.0),
        ((500.0,) * 8 + (9e9,), "held", 500.0),
    ],
)
def test_the_geometric_mean_of_what_came_is_held_against_the_interval(
    grades: tuple[float, ...], verdict: str, mean: float
) -> None:
    """Of the first eight places, by the bounds for as many."""
    found = score(STATED, [Arrived(one) for one in grades])

    assert (found.verdict, found.mean) == (verdict, pytest.approx(mean, rel=1e-6))
    assert found.low == 100.0 + min(len(grades), 8) - 1


def test_below_a_limit_is_missed_only_where_even_the_limit_is_too_low() -> None:
    """Below 50 it missed 100 to 1000; below 500 nobody knows; nothing arrived is no score."""
    assert score(STATED, [Arrived(50.0, True)]).verdict == "missed"
    assert score(STATED, [Arrived(500.0, True), Arrived(400.0)]).verdict == "undecided"
    assert score(STATED, []) is None


@pytest.mark.parametrize(("held", "scored"), [(0, 7), (7, 7), (325, 412), (1, 2)])
def test_the_binomial_interval_is_that_of_scipy(held: int, scored: int) -> None:
    """Clopper and Pearson, 95 %, as `scipy.stats.binomtest` has it."""
    found, expected = of_counts(held, scored), stats.binomtest(held, scored).proportion_ci(0.95, "exact")

    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_what_is_undecided_counts_for_nothing() -> None:
    """Two of three held; of nothing there is no rate."""
    assert hit_rate(["held", "missed", "undecided", "held"]).share == pytest.approx(2 / 3)
    assert hit_rate(["undecided"]).share is None
