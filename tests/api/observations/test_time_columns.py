"""Columns of instants as texts: as the standard library writes them."""

import json
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from api.http import times
from api.observations import time_columns

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


UNITS = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}
finest = st.sampled_from(list(UNITS))


def to_the(unit: str, column: list[datetime]) -> tuple[list[datetime], list[str], NDArray[np.int64]]:
    """Instants cut to a unit, as the standard library writes them in the widest unit that will do, and as numbers."""
    column = [one.replace(microsecond=one.microsecond // UNITS[unit] * UNITS[unit]) for one in column]
    needed = next(name for name, size in UNITS.items() if all(one.microsecond % size == 0 for one in column))
    written = [one.isoformat(timespec=needed).replace("+00:00", "Z") for one in column]
    return column, written, np.array([times.to_microseconds(one) for one in column], np.int64)


@given(st.lists(instants, min_size=1, max_size=20), finest)
def test_a_column_is_written_as_the_standard_library_writes_it(column: list[datetime], unit: str) -> None:
    """The numpy column agrees with datetime.isoformat; one fraction gives all of them theirs."""
    _, expected, time_us = to_the(unit, column)

    assert time_columns.rfc3339_column(time_us) == expected
    assert json.loads(time_columns.rfc3339_json(time_us)) == expected


@given(st.lists(st.datetimes(datetime(1969, 12, 1), datetime(2000, 3, 1), timezones=st.just(UTC))), finest)
def test_a_column_of_json_is_that_of_the_standard_library(column: list[datetime], unit: str) -> None:
    """Digit by digit, before 1970 and over a leap day, as datetime.isoformat has it; nothing is cut off."""
    column, _, time_us = to_the(unit, column)

    written = json.loads(time_columns.rfc3339_json(time_us))

    assert [datetime.fromisoformat(one) for one in written] == column
