"""The line between cause and effect; expected values from scipy.stats and by hand."""

import numpy as np
import pytest
from scipy import stats

from tailings import response

RANDOM = np.random.default_rng(11)
POND = np.linspace(409.0, 409.5, 30)
LEVEL = 100.0 + 0.73 * POND + RANDOM.normal(0, 0.01, 30)


def test_the_line_is_that_of_scipy() -> None:
    """Slope, intercept and r2 equal scipy.stats.linregress."""
    expected = stats.linregress(POND, LEVEL)

    found = response.fit(POND, LEVEL)

    assert found and found.slope == pytest.approx(expected.slope)
    assert found.intercept == pytest.approx(expected.intercept)
    assert found.r2 == pytest.approx(expected.rvalue**2)


def test_the_band_is_that_of_prediction() -> None:
    """By hand at the mean of the cause: two residual standard deviations times sqrt(1 + 1/n)."""
    found = response.fit(POND, LEVEL)
    assert found

    at_mean = found.half_width(np.array([POND.mean()]))[0]

    assert at_mean == pytest.approx(2 * found.residual_sd * np.sqrt(1 + 1 / 30))
    assert found.half_width(np.array([411.0]))[0] > at_mean


def test_about_one_new_point_in_twenty_is_outside() -> None:
    """Of 2,000 points of the same process about 5 % lie outside; all of a process that moved 10 cm do."""
    found = response.fit(POND, LEVEL)
    assert found
    cause = RANDOM.uniform(409.0, 409.5, 2000)
    effect = 100.0 + 0.73 * cause + RANDOM.normal(0, 0.01, 2000)

    assert 0.01 < found.is_outside(cause, effect).mean() < 0.12
    assert found.is_outside(cause, effect + 0.1).all()


def test_no_line_without_a_cause_that_moved() -> None:
    """Nine pairs are too few, and a cause that stood still explains nothing."""
    assert response.fit(POND[:9], LEVEL[:9]) is None
    assert response.fit(np.full(30, 409.0), LEVEL) is None
    assert response.fit(np.where(np.arange(30) < 25, np.nan, POND), LEVEL) is None


def test_a_delay_of_three_days_is_found() -> None:
    """The effect follows three steps later: that delay explains most, and its slope is the true one."""
    cause = 409.0 + np.cumsum(RANDOM.normal(0, 0.05, 60))
    effect = 100.0 + 0.5 * response.late(cause, 3) + RANDOM.normal(0, 0.002, 60)

    found = response.fit_delayed(cause, effect, 7)

    assert found and found.delay == 3 and found.response.slope == pytest.approx(0.5, abs=0.02)


def test_what_is_late_begins_missing() -> None:
    """Two steps later: two missing, then the first values."""
    assert np.array_equal(response.late(np.arange(4.0), 2), [np.nan, np.nan, 0.0, 1.0], equal_nan=True)
