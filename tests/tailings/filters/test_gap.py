"""Gap: the first value after a silence."""

import numpy as np

from tailings.filters import Around, gap
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"suspect_after_s": 150, "fail_after_s": 500}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def test_the_value_after_a_silence_is_told() -> None:
    """More than 2 minutes suspect, more than 10 a fail; exactly 2 minutes pass; the first row is not evaluated."""
    minutes = np.array([0, 1, 3, 5.001, 20])
    series = Series.of((minutes * 60_000).astype(int), np.ones(5))

    assert gap.flag_values(series, gap.Settings(120, 600), Around()).tolist() == [2, 1, 1, 3, 4]
