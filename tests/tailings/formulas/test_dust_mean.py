"""Dust mean: the window and its capture."""

import numpy as np
import pytest

from tailings.formulas import dust_mean
from tests.tailings.formulas.examples import doubts_of, given_of


def test_mean_of_a_day_and_its_capture() -> None:
    """24 hourly values of 10 then 24 of 50: means at the ends of both days, and in between; 18 values are enough."""
    computed = dust_mean.compute(given_of("dust_mean", {}, dust=[10.0] * 24 + [50.0] * 24))

    assert computed.value[[23, 35, 47]] == pytest.approx([10.0, 30.0, 50.0])
    assert doubts_of(computed)["window-not-filled"] == [True] * 17 + [False] * 31


def test_missing_values_do_not_count() -> None:
    """The mean is that of the values there are."""
    computed = dust_mean.compute(given_of("dust_mean", {"window_s": 7200}, dust=[10.0, np.nan, 30.0]))

    assert computed.value[2] == pytest.approx(30.0)
