"""Stuck clock: rows in a heap."""

import numpy as np

from tailings.filters import Around, stuck_clock
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"rows": 2}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def test_a_heap_of_rows_is_suspect() -> None:
    """Rows 5 ms apart where one a minute is expected: from the third short step on, until time goes on again."""
    times = [0, 60_000, 60_005, 60_010, 60_015, 60_020, 120_000]

    flags = stuck_clock.flag_values(Series.of(times, np.ones(7)), stuck_clock.Settings(rows=3), Around({}, 60))

    assert flags.tolist() == [1, 1, 1, 1, 3, 3, 1]


def test_a_burst_passes() -> None:
    """An event that is sampled twice in a second is no stuck clock."""
    flags = stuck_clock.flag_values(Series.of([0, 500, 60_000], np.ones(3)), stuck_clock.Settings(), Around({}, 60))

    assert flags.tolist() == [1, 1, 1]
