"""Columns of instants as texts: as the standard library writes them."""

import json
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from api.http import times
from api.observations import time_columns

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(st.lists(instants, min_size=1, max_size=20), st.booleans())
def test_a_column_is_written_as_the_standard_library_writes_it(column: list[datetime], is_whole: bool) -> None:
    """The numpy column agrees with datetime.isoformat; one fraction gives all of them milliseconds."""
    column = [instant.replace(microsecond=0 if is_whole else instant.microsecond // 1000 * 1000) for instant in column]
    unit = "milliseconds" if any(instant.microsecond for instant in column) else "seconds"
    time_us = np.array([times.to_microseconds(instant) for instant in column], np.int64)

    expected = [i.isoformat(timespec=unit).replace("+00:00", "Z") for i in column]
    assert time_columns.rfc3339_column(time_us) == expected
    assert json.loads(time_columns.rfc3339_json(time_us)) == expected


@given(st.lists(st.datetimes(datetime(1969, 12, 1), datetime(2000, 3, 1), timezones=st.just(UTC))), st.booleans())
def test_a_column_of_json_is_that_of_the_standard_library(column: list[datetime], is_whole: bool) -> None:
    """Digit by digit, before 1970 and over a leap day, as datetime.isoformat has it; microseconds are cut off."""
    column = [instant.replace(microsecond=0 if is_whole else instant.microsecond) for instant in column]
    unit = "milliseconds" if any(instant.microsecond for instant in column) else "seconds"
    time_us = np.array([times.to_microseconds(instant) for instant in column], np.int64)

    written = json.loads(time_columns.rfc3339_json(time_us))

    assert written == [instant.isoformat(timespec=unit).replace("+00:00", "Z") for instant in column]
