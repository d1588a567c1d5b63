"""Rain from a running total: differences, failed readings, a counter that began again, a reading too long ago."""

import numpy as np
import pytest

from tailings.formulas import rain_from_total
from tests.tailings.formulas.examples import doubts_of, given_of


def test_a_failed_reading_loses_no_rain() -> None:
    """3 tips, then a failed read, then 2 more: the 2 stand in the reading after it; the first has no reading before."""
    total = [100, 103, np.nan, 105, 105]

    depth = rain_from_total.compute(given_of("rain_from_total", {"tip_mm": 0.2}, total=total)).value

    assert np.isnan(depth[[0, 2]]).all()
    assert depth[[1, 3, 4]] == pytest.approx([0.6, 0.4, 0.0])


def test_a_total_that_fell_is_a_restart() -> None:
    """The tips since the restart count, and the depth is doubted, for it can only be too small."""
    computed = rain_from_total.compute(given_of("rain_from_total", {"tip_mm": 0.2}, total=[500, 4, 5]))

    assert computed.value[1:] == pytest.approx([0.8, 0.2])
    assert doubts_of(computed)["counter-restarted"] == [False, True, False]


def test_a_reading_of_long_ago_is_no_reading_before() -> None:
    """Hourly readings with half an hour allowed: no depth, rather than one of unknown length."""
    parameters = {"tip_mm": 0.2, "previous_within_s": 1800.0}

    depth = rain_from_total.compute(given_of("rain_from_total", parameters, total=[1, 2, 3])).value

    assert np.isnan(depth).all()
