"""Sliding windows: against numpy on each window alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.windows import count_values, deviation, extent, lowest, mean, starts, total

SERIES = st.lists(
    st.tuples(st.integers(1, 50), st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))), min_size=1, max_size=70
)


@given(SERIES, st.integers(1, 400))
def test_each_window_is_what_numpy_says_of_it(steps: list[tuple[int, float]], before_ms: int) -> None:
    """Count, extent, minimum, mean, sum and standard deviation of every window equal numpy's of the same rows."""
    time_ms = np.cumsum([step for step, _ in steps]).astype(np.int64)
    value = np.array([number for _, number in steps])
    start = starts(time_ms, before_ms)
    counted, ranged, deviated = count_values(value, start), extent(value, start), deviation(value, start)
    averaged, summed, smallest = mean(value, start), total(value, start), lowest(value, start)

    for row in range(value.size):
        inside = value[(time_ms >= time_ms[row] - before_ms) & (time_ms <= time_ms[row])]
        inside = inside[~np.isnan(inside)]
        assert counted[row] == inside.size
        if inside.size:
            assert (ranged[row], smallest[row]) == (np.ptp(inside), np.min(inside))
            assert averaged[row] == pytest.approx(np.mean(inside), abs=1e-8, rel=1e-9)
            assert summed[row] == pytest.approx(np.sum(inside), abs=1e-6, rel=1e-9)
            assert deviated[row] == pytest.approx(np.std(inside), abs=1e-7, rel=1e-9)
        else:
            assert np.isnan([ranged[row], smallest[row], deviated[row], averaged[row]]).all()
            assert summed[row] == 0


def test_small_movement_on_a_high_level_is_not_lost() -> None:
    """A pond at 338 m that moves by 0.1 mm: the deviation is right to nine digits, where sums of squares lose all."""
    value = 338.0 + 1e-4 * np.sin(np.arange(5000.0))
    start = np.maximum(np.arange(5000) - 287, 0)

    result = deviation(value, start)[-1]

    assert result == pytest.approx(np.std(value[-288:]), rel=1e-9)


def test_a_result_does_not_depend_on_where_the_series_begins() -> None:
    """Cut off what a window does not reach: the last bit stays the same."""
    value = np.random.default_rng(1).normal(338, 0.01, 1000)
    time_ms = np.arange(1000, dtype=np.int64)

    whole = deviation(value, starts(time_ms, 99))
    cut = deviation(value[850:], starts(time_ms[850:], 99))

    assert np.array_equal(whole[-50:], cut[-50:])
