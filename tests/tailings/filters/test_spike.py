"""Spike: by its two QARTOD methods and the trailing one."""

import msgspec
import numpy as np
import pytest

from tailings.filters import Around, spike
from tailings.filters.spike import Settings
from tailings.series import Series


def flags(values: list[float], settings: Settings) -> list[int]:
    """Flags of values one minute apart."""
    series = Series.of(np.arange(len(values)) * 60_000, values)
    return [int(flag) for flag in spike.flag_values(series, settings, Around())]


def test_average() -> None:
    """Distance to the mean of both neighbours: 4 from 0 and 0, then 2 from 4 and 0, hand-made from QARTOD's test."""
    assert flags([0, 0, 4, 0, 0], Settings(suspect=1.5, fail=3)) == [2, 3, 4, 3, 2]


def test_differential() -> None:
    """Only a value that both steps lead to in opposite directions is a spike; a level shift is none."""
    settings = Settings(suspect=1.5, fail=3, method="differential")

    assert flags([0, 0, 4, 0, 0], settings) == [2, 1, 4, 1, 2]
    assert flags([0, 0, 4, 4, 4], settings) == [2, 1, 1, 1, 2]


def test_trailing_is_told_at_once() -> None:
    """The newest row is judged by the median of those before it, and a spike there does not spoil the next."""
    settings = Settings(suspect=1.5, method="trailing", rows=3)

    assert flags([0, 1, 0, 9, 0], settings) == [2, 2, 2, 3, 1]


def test_beside_a_missing_value_nothing_is_said() -> None:
    """A missing value is missing, its neighbours cannot be judged."""
    assert flags([0, 0, np.nan, 0, 0], Settings(suspect=1)) == [2, 2, 9, 2, 2]


@pytest.mark.parametrize("keys", [{}, {"suspect": 3, "fail": 2}, {"suspect": 0}])
def test_thresholds_must_make_sense(keys: dict[str, float]) -> None:
    """None at all, in the wrong order, or zero."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(keys, Settings)
