"""Series: what fits together, what is refused."""

import numpy as np
import pytest

from tailings.series import Series, join, latest_at


def test_missing_values_have_quality_nine() -> None:
    """A NaN is missing whatever quality is claimed, and a missing row has no value."""
    series = Series.of([1, 2, 3], [1.0, np.nan, 3.0], [1, 1, 9])

    assert series.quality.tolist() == [1, 9, 9]
    assert np.isnan(series.value).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("times", "values"), [([1, 1], [0.0, 0.0]), ([2, 1], [0.0, 0.0]), ([1], [0.0, 1.0]), ([1], [np.inf])]
)
def test_what_does_not_fit_is_refused(times: list[int], values: list[float]) -> None:
    """Repeated or falling times, unequal lengths and infinite values are errors."""
    with pytest.raises(ValueError, match=r".+"):
        Series.of(times, values)


def test_latest_at_finds_the_last_row_at_or_before() -> None:
    """Before the first observation there is none; at an observation it is that one."""
    series = Series.of([10, 20], [1.0, 2.0])

    assert latest_at(series, np.array([9, 10, 19, 20, 99])).tolist() == [-1, 0, 0, 1, 1]


def test_joined_parts_are_one_series() -> None:
    """Parts that follow each other become one; parts that overlap are refused."""
    first, second = Series.of([1, 2], [1.0, 2.0]), Series.of([3], [3.0])

    assert join([first, second]).time_ms.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="strictly increasing"):
        join([second, first])
