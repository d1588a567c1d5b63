"""Flat line: how long, how close, and what is no evidence."""

import numpy as np

from tailings.filters import Around, flat_line
from tailings.filters.flat_line import Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"tolerance": 0.2, "suspect_after_s": 180, "fail_after_s": 400}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""

MINUTE = Around(expected_interval_s=60)


def minutes(values: list[float]) -> Series:
    """Values one minute apart."""
    return Series.of(np.arange(len(values)) * 60_000, values)


def test_suspect_then_fail() -> None:
    """Three minutes without movement are suspect, five a fail; a new value passes at once."""
    series = minutes([1, 2, 2, 2, 2, 2, 2, 3])

    flags = flat_line.flag_values(series, Settings(0.5, suspect_after_s=180, fail_after_s=300), MINUTE)

    assert flags.tolist() == [1, 1, 1, 1, 3, 3, 4, 1]


def test_a_young_series_passes() -> None:
    """Two equal values are no flat line: the window must be filled first."""
    assert flat_line.flag_values(minutes([2, 2, 2]), Settings(0.5, 180), MINUTE).tolist() == [1, 1, 1]


def test_few_values_in_a_long_window_are_no_evidence() -> None:
    """Two equal values an hour apart say nothing about an instrument that should speak each minute."""
    series = Series.of([0, 3_600_000], [2.0, 2.0])

    assert flat_line.flag_values(series, Settings(0.5, 3600), MINUTE).tolist() == [1, 1]


def test_missing_values_do_not_break_a_flat_line() -> None:
    """A failed read amid equal values is missing itself; the values around it still count."""
    flags = flat_line.flag_values(minutes([2, 2, np.nan, 2, 2]), Settings(0.5, 180), MINUTE)

    assert flags.tolist() == [1, 1, 9, 3, 3]
