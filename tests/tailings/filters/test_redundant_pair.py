"""Redundant pair: the other's last fresh value decides."""

import numpy as np

from tailings.filters import Around, redundant_pair
from tailings.filters.redundant_pair import Settings
from tailings.series import Series


def test_two_instruments_that_part() -> None:
    """The usual difference is 0.5; 0.3 more is good, 1.2 more suspect, 5 more a fail."""
    series = Series.of(np.arange(3) * 60_000, [10.8, 11.7, 15.5])
    other = Series.of(np.arange(3) * 60_000 - 10_000, [10.0, 10.0, 10.0])
    settings = Settings(other="n01:b.level", suspect=1.0, fail=3.0, offset=0.5)

    assert redundant_pair.flag_values(series, settings, Around({"n01:b.level": other})).tolist() == [1, 3, 4]


def test_without_a_fresh_other_nothing_is_said() -> None:
    """The other is not there, or its value too old."""
    series = Series.of([7_200_000], [10.0])
    old = Series.of([0], [99.0])

    for others in ({}, {"o": old}):
        assert redundant_pair.flag_values(series, Settings("o", 1.0), Around(others)).tolist() == [2]
