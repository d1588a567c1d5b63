"""Contained tonnes of several studies, by the two ways in which they may go together."""

import numpy as np
import pytest
from scipy import stats

from tailings.policy import PolicyRow
from tailings.policy.indicators import contained_tonnes
from tests.tailings.policy.rows import row

RANKS = np.linspace(0, 1, 101)


def studied(key: str, mean: float, sigma: float) -> PolicyRow:
    """A normal amount by its exact quantiles (scipy); the ends, which are infinite, are cut at 0.1 %."""
    exact = stats.norm(mean, sigma)
    kept = [float(one) for one in exact.ppf(np.clip(RANKS, 0.001, 0.999))]
    p90, p50, p10 = (float(exact.ppf(rank)) for rank in (0.1, 0.5, 0.9))
    return row(key, tonnes_p90=p90, tonnes_p50=p50, tonnes_p10=p10, tonnes_quantiles=kept)


def test_normal_amounts_add_as_the_theory_says() -> None:
    """Together the spreads add (100 + 100), independent ones by squares (141): normal laws of scipy as oracle."""
    found = contained_tonnes.measure([studied("1", 1000, 100), studied("2", 2000, 100), row("3")])
    together, apart = stats.norm(3000, 200), stats.norm(3000, np.hypot(100, 100))

    assert [float(one or 0) for one in (found.low, found.value, found.high)] == pytest.approx(
        [together.ppf(rank) for rank in (0.1, 0.5, 0.9)], rel=1e-9
    )
    assert found.independent == pytest.approx([apart.ppf(rank) for rank in (0.1, 0.5, 0.9)], rel=0.003)
    assert (found.known, found.of) == (2, 3)


def test_the_order_of_rows_does_not_count() -> None:
    """A draw for each row, whatever order rows come in: the same figures."""
    rows = [studied("1", 1000, 100), studied("2", 2000, 300)]

    assert contained_tonnes.measure(rows) == contained_tonnes.measure(rows[::-1])
