"""Tests of the powers that turn grades into scores, against scipy."""

import numpy as np
import pytest
from scipy import integrate, stats

from tailings.estimate import scores

GRADES = np.random.default_rng(3).lognormal(0.0, 0.8, 60)


@pytest.mark.parametrize("power", scores.POWERS)
def test_scores_are_those_of_scipy_and_come_back(power: float) -> None:
    """Box and Cox's formula as scipy has it, and its way back."""
    found = scores.score(GRADES, power)

    np.testing.assert_allclose(found, stats.boxcox(GRADES, power))
    np.testing.assert_allclose(scores.back(found, power), GRADES)


@pytest.mark.parametrize("power", scores.POWERS)
def test_grades_over_their_geometric_mean_have_the_likelihood_of_scipy(power: float) -> None:
    """Without a Jacobian of its own: scipy's log likelihoods differ by powers as those of the scores do."""
    share = GRADES / scores.scale(GRADES)

    def likelihood(of: float) -> float:
        return -0.5 * len(share) * float(np.log(scores.score(share, of).var()))

    expected = stats.boxcox_llf(power, GRADES) - stats.boxcox_llf(0.0, GRADES)
    assert likelihood(power) - likelihood(0.0) == pytest.approx(expected)


@pytest.mark.parametrize("power", scores.POWERS)
def test_the_nugget_is_integrated(power: float) -> None:
    """As scipy's quadrature has it, away from zero grades."""
    at = np.linspace(0.2, 1.5, 7)

    def mean(score: float) -> float:
        return integrate.quad(
            lambda n: float(scores.back(np.array(score + 0.3 * n), power)) * stats.norm.pdf(n), -8, 8
        )[0]

    np.testing.assert_allclose(scores.expected(at, power, 0.3), [mean(score) for score in at], rtol=2e-4)


def test_zeros_count_as_half_of_the_smallest_grade() -> None:
    """So that they have a logarithm; where all are zero, that is said."""
    assert scores.positive(np.array([0.0, 4.0, 2.0])).tolist() == [1.0, 4.0, 2.0]
    with pytest.raises(ValueError, match="zero"):
        scores.positive(np.zeros(3))
