"""Tests of what may be chance: by a published example, by hand, and by simulated figures."""

import numpy as np
import pytest
from scipy import stats

from bench.coverage import chance

PUBLISHED = (
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
)
"""The fifteen comparisons of Benjamini and Hochberg 1995, of which at 5 % four are rejected (secondary)."""


def test_the_published_example_has_its_four_at_five_per_cent() -> None:
    """And nine at ten, by hand: 0.0459 is below 0.1 x 9 / 15."""
    likely = {("row", str(number)): one for number, one in enumerate(PUBLISHED)}

    assert {int(name) for _, name in chance.faults(likely, 0.05)} == {0, 1, 2, 3}
    assert {int(name) for _, name in chance.faults(likely, 0.10)} == set(range(9))
    assert chance.faults({}) == set()


def test_a_share_within_the_limits_is_no_question() -> None:
    """16 of 20 are 80 %; 12 of 20 are as likely as the binomial distribution says of so few and of as rare a many."""
    by_hand = stats.binom.cdf(12, 20, 0.8) + stats.binom.sf(19, 20, 0.8)

    assert chance.of_share(16, 20, 0.8, (0.76, 0.84)) == 1.0
    assert chance.of_share(12, 20, 0.8, (0.76, 0.84)) == pytest.approx(by_hand)


def test_a_mean_at_its_limit_is_beyond_it_by_chance_as_often_as_said() -> None:
    """Of 4,000 means of eight normal numbers whose limit is the truth, one in twenty has less than 0.05."""
    values = np.random.default_rng(1).standard_normal((4_000, 8))
    found = [chance.of_excess(float(one.mean()), float(one.std(ddof=1) / np.sqrt(8)), 8) for one in values]

    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=5 * np.sqrt(0.05 * 0.95 / 4_000))


def test_figures_that_are_right_make_hardly_a_failure() -> None:
    """Of 200 tables of 300 figures without a fault, a failure stands in one of ten at most."""
    random = np.random.default_rng(2)
    tables = [chance.faults({("row", str(one)): p for one, p in enumerate(random.random(300))}) for _ in range(200)]

    assert np.mean([bool(one) for one in tables]) <= 0.1 + 5 * np.sqrt(0.09 / 200)
