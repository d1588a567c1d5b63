"""Vibrating-wire signal: the diagnostics of the same reading."""

import msgspec
import numpy as np
import pytest

from tailings.filters import Around, vw_signal
from tailings.filters.vw_signal import Lowest, Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"snr": {"datastream": "n01:baro.pressure", "suspect": 5.0, "fail": 2.0}}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""

TIMES = np.arange(4) * 60_000
FREQUENCY = Series.of(TIMES, np.full(4, 2800.0))
SETTINGS = Settings(snr=Lowest("n:v.snr", suspect=10, fail=2), decay=Lowest("n:v.decay", suspect=0.5))


def test_the_worst_diagnostic_counts() -> None:
    """Good; weak; noise; good signal that dies away."""
    around = Around(
        {"n:v.snr": Series.of(TIMES, [23, 8, 1.2, 23]), "n:v.decay": Series.of(TIMES, [0.9, 0.9, 0.2, 0.2])}
    )

    assert vw_signal.flag_values(FREQUENCY, SETTINGS, around).tolist() == [1, 3, 4, 3]


def test_without_diagnostics_nothing_is_said() -> None:
    """No diagnostic at that instant: not evaluated."""
    assert vw_signal.flag_values(FREQUENCY, SETTINGS, Around()).tolist() == [2, 2, 2, 2]


def test_at_least_one_limit() -> None:
    """A filter without limits is a mistake."""
    with pytest.raises(msgspec.ValidationError, match="give a limit"):
        msgspec.convert({}, Settings)
