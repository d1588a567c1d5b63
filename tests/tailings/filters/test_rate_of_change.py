"""Rate of change: per hour, whatever the step."""

import msgspec
import numpy as np
import pytest

from tailings.filters import Around, rate_of_change
from tailings.filters.rate_of_change import Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"suspect_per_h": 60.0, "fail_per_h": 200.0}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def test_the_rate_counts_not_the_step() -> None:
    """One metre in two hours is slow, half a metre in half an hour fast, 2 m in half an hour a fail."""
    hours = np.array([0, 2, 2.5, 3])
    series = Series.of((hours * 3_600_000).astype(int), [0, 1, 1.5, 3.5])

    assert rate_of_change.flag_values(series, Settings(0.6, 3.0), Around()).tolist() == [1, 1, 3, 4]


def test_a_fall_is_as_fast_as_a_rise() -> None:
    """The sign does not matter; a row after a missing one passes."""
    series = Series.of([0, 3_600_000, 7_200_000, 10_800_000], [5, 3, np.nan, 99])

    assert rate_of_change.flag_values(series, Settings(1.0), Around()).tolist() == [1, 3, 9, 1]


def test_limits_in_the_wrong_order_are_refused() -> None:
    """Suspect must come before fail."""
    with pytest.raises(msgspec.ValidationError, match="must not be larger"):
        msgspec.convert({"suspect_per_h": 2, "fail_per_h": 1}, Settings)
