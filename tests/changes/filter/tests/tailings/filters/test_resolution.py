"""The filter of what an instrument cannot have said: whole multiples of its step pass, others are suspect."""

import numpy as np
from tailings.filters.resolution import Settings

from tailings.filters import Around, resolution
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"step": 0.5}


def test_what_is_no_multiple_of_the_step_is_suspect() -> None:
    """12 is 24 steps of 0.5, 12.3 is none, and what is missing stays so."""
    series = Series.of(np.arange(3) * 60_000, [12.0, 12.3, np.nan])

    assert resolution.flag_values(series, Settings(0.5), Around(expected_interval_s=60)).tolist() == [1, 3, 9]
