"""The points that quantiles are read off: against scipy, and evenly in each dimension."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tailings.screening import points


@pytest.mark.parametrize("degrees", [3.0, 7.0, 50.0, 4000.0])
def test_quantiles_of_chi_squared_are_those_of_scipy(degrees: float) -> None:
    """From one in a hundred to ninety-nine, to 1 %."""
    shares = np.array([0.01, 0.1, 0.5, 0.9, 0.99])

    found = points.chi_squared(shares, degrees)

    assert found == pytest.approx(stats.chi2.ppf(shares, degrees), rel=0.01)


def test_the_points_fill_each_dimension_evenly() -> None:
    """The share of points below a value is that value to a thousandth or so, in each dimension; deviates are normal."""
    sorted_points = np.sort(points.cube(), axis=0)
    expected = (np.arange(points.COUNT) + 0.5) / points.COUNT

    assert np.abs(sorted_points - expected[:, None]).max() < 0.003
    assert points.normal(2).std() == pytest.approx(1.0, abs=0.01)
