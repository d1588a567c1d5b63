"""Sliding windows: against numpy on each window alone."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.windows import count_values, decayed, deviation, extent, is_thin, lowest, mean, starts, total

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


@given(SERIES, st.integers(1, 400), st.floats(0.5, 1000))
def test_each_decayed_window_is_the_weighted_sum_of_it(
    steps: list[tuple[int, float]], before_ms: int, constant_ms: float
) -> None:
    """The sum of each window equals the plain sum of its rows times exp(-age / time constant)."""
    time_ms = np.cumsum([step for step, _ in steps]).astype(np.int64)
    value = np.array([number for _, number in steps])
    found = decayed(time_ms, value, starts(time_ms, before_ms), constant_ms)

    for row in range(value.size):
        is_in = (time_ms >= time_ms[row] - before_ms) & (time_ms <= time_ms[row])
        weight = np.exp((time_ms[is_in] - time_ms[row]) / constant_ms)
        assert found[row] == pytest.approx(np.nansum(value[is_in] * weight), abs=1e-6, rel=1e-9)


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


def lacks(time_ms: list[int], window_ms: int, interval_ms: int, share: float) -> bool:
    """Whether the known times of one window, which ends at 0, cover too little of it; written down plainly."""
    if not time_ms:
        return True
    gaps = [time_ms[0] + window_ms, *(after - before for before, after in pairwise(time_ms))]
    covered_ms = window_ms - sum(max(gap - interval_ms, 0) for gap in gaps) + time_ms[-1]
    needed = math.ceil(share * window_ms / interval_ms - 1e-9)
    return window_ms - covered_ms > max(window_ms - (needed - 0.5) * interval_ms, 0)


@given(SERIES, st.integers(1, 40), st.integers(1, 60), st.sampled_from([0.5, 0.75, 0.9, 1.0]))
def test_a_window_that_lacks_readings_is_thin(
    steps: list[tuple[int, float]], intervals: int, interval_ms: int, share: float
) -> None:
    """Of every window the answer is that of its own times alone."""
    time_ms = np.cumsum([step for step, _ in steps]).astype(np.int64)
    value = np.array([number for _, number in steps])
    window_ms = intervals * interval_ms

    found = is_thin(time_ms, value, window_ms / 1000, interval_ms / 1000, share)

    known = time_ms[~np.isnan(value)]
    for row, end in enumerate(time_ms.tolist()):
        inside = [int(time) - end for time in known if end - window_ms < time <= end]
        assert found[row] == lacks(inside, window_ms, interval_ms, share)


def test_the_least_number_of_readings_is_rounded_up() -> None:
    """90 % of 3, 10 and 24 hourly readings are 3, 9 and 22: with one fewer the window is thin."""
    thin = {}
    for hours, kept in ((3, 3), (3, 2), (10, 9), (10, 8), (24, 22), (24, 21)):
        value = np.where(np.arange(hours) < hours - kept, np.nan, 1.0)
        thin[hours, kept] = bool(is_thin(np.arange(hours) * 3_600_000, value, hours * 3600.0, 3600.0, 0.9)[-1])

    assert thin == {(3, 3): False, (3, 2): True, (10, 9): False, (10, 8): True, (24, 22): False, (24, 21): True}


def test_readings_faster_than_expected_do_not_fill_the_hours_without_any() -> None:
    """288 readings of 10 s, as many as a day of 5 min, are 48 minutes of it; late by 2 s each is no lack.

    A window shorter than the interval is filled by its one reading.
    """
    fast = np.arange(288) * 10_000
    late = np.arange(288) * 302_000

    assert not is_thin(np.array([0]), np.ones(1), 600.0, 3600.0, 0.9)[0]
    assert is_thin(fast, np.ones(288), 86_400.0, 300.0, 0.9)[-1]
    assert not is_thin(late, np.ones(288), 86_400.0, 300.0, 0.9)[-1]
