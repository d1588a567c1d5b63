"""Redundant pair: the other's last fresh value decides."""

import numpy as np

from tailings.filters import Around, redundant_pair
from tailings.filters.redundant_pair import Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"other": "n01:baro.pressure", "suspect": 1.0, "fail": 2.0, "stale_after_s": 120}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def test_two_instruments_that_part() -> None:
    """The usual difference is 0.5; 0.3 more is good, 1.2 more suspect, 5 more a fail."""
    series = Series.of(np.arange(3) * 60_000, [10.8, 11.7, 15.5])
    other = Series.of(np.arange(3) * 60_000 - 10_000, [10.0, 10.0, 10.0])
    settings = Settings(other="n01:b.level", suspect=1.0, fail=3.0, offset=0.5)

    assert redundant_pair.flag_values(series, settings, Around({"n01:b.level": other})).tolist() == [1, 3, 4]


def test_a_difference_that_is_just_its_limit_is_not_past_it() -> None:
    """In whole centimetres from 330 to 340 m: 5 cm over another gauge are no more than 0.05 m, and 6 cm are."""
    times, cm = np.arange(1000) * 60_000, np.arange(33_000, 34_000)
    around, settings = Around({"o": Series.of(times, cm / 100)}), Settings("o", 0.05, 0.07)
    apart = (Series.of(times, (cm + by) / 100) for by in (5, -5, 6, 7, 8))
    found = [set(redundant_pair.flag_values(one, settings, around).tolist()) for one in apart]

    assert found == [{1}, {1}, {3}, {3}, {4}]


def test_without_a_fresh_other_nothing_is_said() -> None:
    """The other is not there, or its value too old."""
    series = Series.of([7_200_000], [10.0])
    old = Series.of([0], [99.0])

    for others in ({}, {"o": old}):
        assert redundant_pair.flag_values(series, Settings("o", 1.0), Around(others)).tolist() == [2]


def test_another_that_is_itself_bad_takes_no_part() -> None:
    """Suspect or failed by its own tests it says nothing, and its good value of before does not stand in for it: the
    water moves on. A reading that failed to come leaves the last one in place."""
    series = Series.of([60_000], [12.0])
    settings = Settings("o", 1.0)

    def judged(value: float, quality: int) -> int:
        other = Series.of([0, 60_000], [10.0, value], [1, quality])
        return int(redundant_pair.flag_values(series, settings, Around({"o": other}))[0])

    assert [judged(10.0, quality) for quality in (1, 2, 3, 4)] == [3, 3, 2, 2]
    assert judged(np.nan, 9) == 3
