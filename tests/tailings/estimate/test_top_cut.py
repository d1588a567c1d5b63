"""The rule of a top cut on sets with known tails."""

import numpy as np
import pytest

from tailings.estimate import top_cut


@pytest.mark.parametrize("spread", [0.4, 0.8, 1.27])
def test_a_lognormal_is_hardly_ever_cut(spread: float) -> None:
    """Of 300 sets of 160, at most one in twenty is touched, and their means fall by less than half a percent."""
    random = np.random.default_rng(20_261_129)
    sets = [np.exp(random.normal(0.0, spread, 160)) for _ in range(300)]
    cuts = [top_cut.by_rule(one) for one in sets]
    lost = [1 - np.minimum(one, cut or np.inf).mean() / one.mean() for one, cut in zip(sets, cuts, strict=True)]

    assert sum(cut is not None for cut in cuts) <= 15
    assert np.mean(lost) < 0.005


def test_one_wild_result_is_cut_to_what_the_others_would_give() -> None:
    """900 among 160 of about 1: cut to less than 10, and the cut hardly depends on how wild it is."""
    results = np.exp(np.random.default_rng(1).normal(0.0, 0.5, 160))
    results[7] = 900.0
    cut = top_cut.by_rule(results)
    results[7] = 9e6

    assert cut is not None and 2 < cut < 10
    assert top_cut.by_rule(results) == pytest.approx(cut)


def test_many_high_results_are_a_population_and_stay() -> None:
    """Sixteen of 160 at 900 are not outliers; neither is anything among ten."""
    results = np.exp(np.random.default_rng(1).normal(0.0, 0.5, 160))
    results[:16] = 900.0

    assert top_cut.by_rule(results) is None
    assert top_cut.by_rule(np.array([1.0] * 9 + [900.0])) is None
