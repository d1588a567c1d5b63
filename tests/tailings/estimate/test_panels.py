"""Tests of the joint distribution: simulated deposits with known truth, seeds fixed beforehand."""

import numpy as np
import pytest

from tailings.estimate import kriging, panels, variograms
from tailings.estimate.outcomes import Z10
from tailings.estimate.variograms import Variogram
from tests.tailings.estimate.deposits import Deposit, simulated

TRUE = Variogram("spherical", 2_000.0, 40_000.0, 90.0, 8.0)
FIRST_SEED = 20_261_125
"""Written down before the first run: run n has this seed plus n, and no other was tried."""
ONES = np.ones(400)


def holds(one: Deposit, variogram: Variogram) -> bool:
    """Whether the interval from P90 to P10 of the mean grade holds the true mean."""
    mean, deviation = panels.mean_grade(panels.joint(one.samples, one.grade, one.blocks, variogram), ONES)
    return abs(one.truth.mean() - mean) <= Z10 * deviation


def fitted(one: Deposit) -> Variogram:
    """The variogram that the samples of a deposit give."""
    label = np.zeros(len(one.grade), dtype=np.int64)
    found = variograms.experimental(one.samples, one.grade, label, 40.0, 6, vertical_lag_m=3.0)
    return variograms.fit(found, most_total=2 * float(one.grade.var()))


def covered(count: int, with_true: bool) -> float:
    deposits = [simulated(TRUE, 1_500.0, FIRST_SEED + run) for run in range(count)]
    return float(np.mean([holds(one, TRUE if with_true else fitted(one)) for one in deposits]))


@pytest.mark.long
def test_the_interval_holds_the_truth_with_the_true_variogram_in_200_runs() -> None:
    """The 80 % interval holds the truth in 75 to 85 % of 200 simulated deposits."""
    assert 0.75 <= covered(200, True) <= 0.85


@pytest.mark.long
def test_the_interval_holds_the_truth_with_the_fitted_variogram_in_200_runs() -> None:
    """With the variogram that the samples give, in 65 to 90 %."""
    assert 0.65 <= covered(200, False) <= 0.90


def test_the_interval_holds_the_truth_in_24_runs() -> None:
    """The short version: of 24 deposits 15 to 23, which 98 % of right intervals do (binomial, 0.8)."""
    assert 15 <= 24 * covered(24, True) <= 23


def test_each_panel_is_what_kriging_says() -> None:
    """Estimates, and variances on the diagonal, are those of kriging each panel from all samples."""
    one = simulated(TRUE, 1_500.0, 7)
    expected = kriging.ordinary(one.samples, one.grade, one.blocks, TRUE, len(one.grade))

    found = panels.joint(one.samples, one.grade, one.blocks, TRUE)

    np.testing.assert_allclose(found.mean, expected.value, rtol=1e-8)
    np.testing.assert_allclose(np.diag(found.covariance), expected.variance, rtol=1e-6, atol=1e-3)


def test_too_many_are_refused() -> None:
    """Memory grows with the square, so there is a limit."""
    with pytest.raises(ValueError, match="panels"):
        panels.joint(np.zeros((1, 3)), np.zeros(1), np.zeros((2_001, 3)), TRUE)
