"""Attenuated signal: too little movement in a period."""

import numpy as np

from tailings.filters import Around, attenuated_signal
from tailings.filters.attenuated_signal import Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"period_s": 400, "suspect": 0.8, "fail": 0.3}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def test_movement_that_dies_away() -> None:
    """Ranges of the last three minutes: 10, then 1, then 0.1 (limits 5 and 0.5)."""
    values = [0, 10, 0, 1, 0, 1, 0, 0.1, 0, 0.1]
    series = Series.of(np.arange(10) * 60_000, values)
    settings = Settings(period_s=180, suspect=5, fail=0.5, min_rows=3, measure="range")

    flags = attenuated_signal.flag_values(series, settings, Around())

    assert flags.tolist() == [2, 2, 1, 1, 3, 3, 3, 3, 4, 4]


def test_standard_deviation_of_the_whole() -> None:
    """The deviation of 0 and 2 is 1 (not the sample's 1.41): limits on both sides of it."""
    series = Series.of([0, 60_000], [0.0, 2.0])

    below = attenuated_signal.flag_values(series, Settings(300, suspect=0.99, min_rows=2), Around())
    above = attenuated_signal.flag_values(series, Settings(300, suspect=1.01, min_rows=2), Around())

    assert (below.tolist(), above.tolist()) == ([2, 1], [2, 3])
