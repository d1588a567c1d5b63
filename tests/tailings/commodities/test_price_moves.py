"""Spread and correlation of prices from several years of averages."""

import itertools
import math
import statistics

import numpy as np
import pytest

from tailings.commodities import price_moves, prices


def test_the_averages_of_the_price_rows_are_among_them() -> None:
    """Of each series the two years that prices.toml has; five in all, from the same release."""
    averages = price_moves.history().series
    rows = [row for row in prices.rows() if row.key in averages]

    assert len(averages) > 45
    assert [averages[row.key][row.year] for row in rows] == [row.value for row in rows]
    assert {len(of) for of in averages.values()} == {5}


def test_a_deviation_is_half_its_own_and_half_that_of_all() -> None:
    """Tungsten 225, 275, 258, 252, 380 USD per mtu: four changes of the logarithm, by hand."""

    def variance(of: dict[int, float]) -> float:
        values = [of[year] for year in sorted(of)]
        return statistics.fmean(math.log(b / a) ** 2 for a, b in itertools.pairwise(values))

    every = statistics.median(variance(of) for of in price_moves.history().series.values())
    own = statistics.fmean(math.log(x) ** 2 for x in (275 / 225, 258 / 275, 252 / 258, 380 / 252))
    found = price_moves.yearly_deviation("W")

    assert found**2 == pytest.approx((own + every) / 2)
    assert price_moves.shares("W", 4.0)[1] == pytest.approx(math.exp(1.2815515655 * found * 2))


def test_correlations_are_those_of_the_changes_drawn_to_their_mean() -> None:
    """Against the changes themselves, in plain Python; symmetric, ones on the diagonal, and drawable."""
    keys = ("W", "Cu", "Sn", "Zn")
    averages = [list(price_moves.history().series[key].values()) for key in keys]
    changes = [[math.log(b / a) for a, b in itertools.pairwise(of)] for of in averages]

    def own(one: list[float], other: list[float]) -> float:
        both = sum(x * y for x, y in zip(one, other, strict=True))
        return both / math.sqrt(sum(x * x for x in one) * sum(y * y for y in other))

    pairs = [own(changes[i], changes[j]) for i in range(4) for j in range(i)]
    found = price_moves.correlation(keys)

    assert found[1, 0] == pytest.approx((pairs[0] + statistics.fmean(pairs)) / 2)
    assert found == pytest.approx(found.T)
    assert np.linalg.eigvalsh(found).min() > 0


def test_one_series_alone_and_one_without_years_are_as_the_others() -> None:
    """A single commodity has no correlation; scandium, of which two years are printed, that of the others."""
    found = price_moves.correlation(["W", "Sc", "Cu"])

    assert price_moves.correlation(["W"]).tolist() == [[1.0]]
    assert found[0, 1] == found[1, 2] == pytest.approx(found[0, 2], abs=0.2)
    assert not price_moves.is_known("Sc")
