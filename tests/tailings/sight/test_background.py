"""Real past readings carried on into the future."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings import Series
from tailings.sight import background

VALUES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30)
GAPS = st.lists(st.integers(1, 5000), min_size=30, max_size=30)


@given(VALUES, GAPS)
def test_what_follows_are_values_that_were_read(values: list[float], gaps: list[int]) -> None:
    """The past stays as it is, each later value was read before, and time goes on until the end that was asked for."""
    past = Series.of(np.cumsum(gaps[: len(values)]), values)
    until_ms = int(past.time_ms[-1]) + 20_000

    found = background.carried_on(past, 2.0, until_ms)

    assert found.rows(slice(0, len(past))).value.tolist() == past.value.tolist()
    assert set(found.value.tolist()) <= set(values)
    assert until_ms - 6000 <= int(found.time_ms[-1]) <= until_ms


def test_a_counter_goes_on_rising_by_the_steps_that_it_made() -> None:
    """A tipping bucket's count never falls back."""
    past = Series.of(np.arange(5) * 1000, [10.0, 10.0, 12.0, 15.0, 15.0])

    found = background.carried_on(past, 1.0, 12_000, is_counter=True)

    assert found.value[5:].tolist() == [15.0, 18.0, 20.0, 20.0, 20.0, 22.0, 25.0, 25.0]


def test_an_outage_of_the_past_is_not_repeated() -> None:
    """A gap of an hour among readings every minute is one minute in the future."""
    past = Series.of([0, 60_000, 3_660_000, 3_720_000], [1.0, 2.0, 3.0, 4.0])

    found = background.carried_on(past, 60.0, 4_000_000)

    assert np.diff(found.time_ms[3:]).tolist() == [60_000] * 4


def test_a_reading_older_than_three_intervals_is_silent() -> None:
    """As everywhere: three expected intervals."""
    one = Series.of([0], [1.0])

    assert [background.is_silent(one, 10.0, now_ms) for now_ms in (30_000, 30_001)] == [False, True]
    assert background.is_silent(None, 10.0, 0)


@pytest.mark.parametrize("newest", [0, 1])
def test_waves_do_not_make_the_present_value(newest: int) -> None:
    """A pond between 337.9 and 338.1 m by turns is at 338.0 m, whichever of the two was read last."""
    value = [338.1 if (row + newest) % 2 else 337.9 for row in range(480)]

    assert background.present(Series.of(np.arange(480) * 60_000, value)) == pytest.approx(338.0)
