"""Ratios: the direction by hand, the interval by SciPy's quantile test and binomial distribution."""

import numpy as np
import pytest
from scipy import stats

from bench.against.ratios import BETTER, NO_DIFFERENCE, TOO_FEW, WORSE, compare_line, coverage, has_ratio, interval


def test_above_one_is_better_whatever_the_unit() -> None:
    """Twice the rows a second and half the time, memory or bytes are all 2."""
    assert compare_line("x", "rows/s", [100.0], [200.0]).ratio == 2.0
    assert {compare_line("x", unit, [8.0], [4.0]).ratio for unit in ("s", "ms", "us", "MB", "bytes")} == {2.0}


def test_an_unknown_unit_is_refused() -> None:
    """A unit that is neither a cost nor a rate has no direction; it is named."""
    with pytest.raises(ValueError, match="furlongs"):
        compare_line("x", "furlongs", [1.0], [1.0])


def test_the_ratio_is_that_within_the_pairs() -> None:
    """A machine that becomes four times as slow from pair to pair leaves 0.5 in each, though the medians are equal."""
    found = compare_line("x", "rows/s", [1600.0, 400.0, 200.0], [800.0, 200.0, 100.0])

    assert found.ratios == (0.5, 0.5, 0.5)
    assert (found.old, found.new, found.ratio) == (400.0, 200.0, 0.5)


@pytest.mark.parametrize("count", range(6, 31))
def test_the_interval_is_that_of_scipy(count: int) -> None:
    """The order statistics are those of scipy.stats.quantile_test (Conover), the coverage that of its binomial."""
    ratios = np.random.default_rng(count).lognormal(0.0, 0.2, count).tolist()
    theirs = stats.quantile_test(ratios, q=1.0, p=0.5).confidence_interval(0.95)
    below = sorted(ratios).index(theirs.low)

    assert interval(ratios) == (theirs.low, theirs.high)
    assert coverage(count) == pytest.approx(1 - 2 * stats.binom.cdf(below, count, 0.5))


def test_ten_pairs_hold_the_median_with_979_per_mille() -> None:
    """The second and the ninth of ten: 1 - 2 (1 + 10) / 1024, reckoned by hand."""
    assert interval([float(value) for value in range(10, 0, -1)]) == (2.0, 9.0)
    assert coverage(10) == 1 - 22 / 1024


def test_five_pairs_are_too_few() -> None:
    """Of five pairs all lie on one side with a chance of 1 in 16, so there is no interval and nothing is shown."""
    found = compare_line("x", "rows/s", [1.0] * 5, [0.1] * 5)

    assert (found.low, found.high, found.shows, coverage(5)) == (None, None, TOO_FEW, None)


def test_what_is_shown_depends_on_the_interval() -> None:
    """Worse and better need all of the interval on one side of 1."""
    steps = np.linspace(0.9, 1.0, 10)
    shown = {top: compare_line("x", "rows/s", [1.0] * 10, (steps * top).tolist()).shows for top in (0.9, 1.05, 1.2)}

    assert shown == {0.9: WORSE, 1.05: NO_DIFFERENCE, 1.2: BETTER}


def test_what_is_too_small_has_no_ratio() -> None:
    """A rate of 0 and a processor time of a few steps of 10 ms are not compared."""
    assert has_ratio("rows/s", [0.001, 5.0]) and has_ratio("s", [0.2, 5.0])
    assert not has_ratio("rows/s", [0.0, 5.0]) and not has_ratio("s", [0.19, 5.0])
