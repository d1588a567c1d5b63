"""The verdict of all filters: what decides, and what a filter must never do."""

import numpy as np
from msgspec.structs import replace

from tailings import Series, filters
from tailings.filters import gross_range
from tests.tailings.facilities import vale

BAROMETER = vale().datastreams["n01:baro.pressure"]


def test_tests_that_decided_are_named() -> None:
    """A row that passed names nothing; a lowered one names its test."""
    checked = filters.apply(BAROMETER, Series.of([1, 2, 3, 4], [960.0, 840.0, 1200.0, np.nan]))

    assert checked.quality.tolist() == [1, 3, 4, 9]
    assert checked.tests() == [None, "gross_range", "gross_range", None]


def test_quality_before_is_a_floor() -> None:
    """A passing test turns not evaluated into pass, and never improves suspect, fail or missing."""
    before = np.array([1, 2, 3, 4, 9], dtype=np.uint8)

    after = filters.combine(before, {"a": np.full(5, 1, dtype=np.uint8)})

    assert after.tolist() == [1, 1, 3, 4, 9]


def test_a_test_that_could_not_judge_changes_nothing() -> None:
    """Not evaluated beside a pass is a pass; alone it stays not evaluated (ioos_qc.qartod.qartod_compare)."""
    two, one = np.full(1, 2, dtype=np.uint8), np.full(1, 1, dtype=np.uint8)

    assert filters.combine(two, {"a": two, "b": one}).tolist() == [1]
    assert filters.combine(two, {"a": two}).tolist() == [2]


def test_without_filters_nothing_is_evaluated() -> None:
    """A datastream without filters keeps its quality."""
    bare = replace(BAROMETER, filters={})

    assert filters.apply(bare, Series.of([1, 2], [960.0, np.nan])).quality.tolist() == [2, 9]


def test_values_are_never_touched() -> None:
    """A filter sets quality; the values stay as they are."""
    series = Series.of([1, 2], [1e6, -1e6])
    kept = series.value.copy()

    filters.apply(replace(BAROMETER, filters={"gross_range": gross_range.Settings((0, 1))}), series)

    assert series.value.tolist() == kept.tolist()
