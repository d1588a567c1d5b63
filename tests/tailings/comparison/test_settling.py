"""What would settle a rank; oracle: two loops, the outer over what the indicator may turn out to be."""

import numpy as np
import pytest
from scipy import stats

from tailings.comparison import Candidate, Range, compare
from tailings.comparison.settling import explained

THREE = [
    Candidate("a", {"state": Range(0.2, 0.9), "consequence": Range(0.5, 0.5), "water": Range(0.4, 0.6)}),
    Candidate("b", {"state": Range(0.5, 0.5), "consequence": Range(0.5, 0.5), "water": Range(0.5, 0.5)}),
    Candidate("c", {"state": Range(0.6, 0.6), "consequence": Range(0.0, 1.0), "water": Range(0.5, 0.5)}),
]
WEIGHTS = {"state": 0.5, "consequence": 0.3, "water": 0.2}


def by_two_loops(indicator: str) -> tuple[float, float]:
    """Standard deviation of the rank of the first facility, now and expected once its indicator is known."""
    random = np.random.default_rng(2)

    def drawn(count: int, fixed: float | None = None) -> np.ndarray:
        total = np.zeros((3, count))
        for number, one in enumerate(THREE):
            for name, weight in WEIGHTS.items():
                of = one.of(name)
                values = random.uniform(of.low, of.high, count)
                total[number] += weight * (fixed if number == 0 and name == indicator and fixed is not None else values)
        return stats.rankdata(-total, axis=0, method="min")[0]

    of = THREE[0].of(indicator)
    inner = [drawn(400, value).var() for value in np.linspace(of.low, of.high, 201)]
    return float(drawn(40_000).std()), float(np.sqrt(np.mean(inner)))


@pytest.mark.parametrize("indicator", ["state", "water"])
def test_the_expected_deviation_is_that_of_two_loops(indicator: str) -> None:
    """Once its state is known little is open; of its water nearly all stays open."""
    found = compare("hazard", THREE, WEIGHTS, 0.0)
    (one,) = [one for one in found.settling if (one.place, one.indicator) == (0, indicator)]

    assert (one.now, one.known) == pytest.approx(by_two_loops(indicator), abs=0.06)


def test_what_tells_most_comes_first_and_what_is_exact_is_not_asked() -> None:
    """The state of the first facility decides more than its water; the second has nothing to ask."""
    found = compare("hazard", THREE, WEIGHTS, 0.0).settling

    assert [one.removed for one in found] == sorted((one.removed for one in found), reverse=True)
    assert {(one.place, one.indicator) for one in found} == {(0, "state"), (0, "water"), (2, "consequence")}


def test_what_has_nothing_to_do_with_a_rank_explains_nothing() -> None:
    """Of independent draws, on average over 200: what the scatter in classes adds is taken off."""
    random = np.random.default_rng(1)
    found = [explained(random.integers(1, 9, 1_000), random.random(1_000)) for _ in range(200)]

    assert np.mean(found) / 5.25 < 0.004
