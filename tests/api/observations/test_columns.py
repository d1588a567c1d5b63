"""Binary columns: read as psycopg itself reads them."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http import times
from api.http.database import DatabasePool
from api.observations import columns
from codec import postgres_arrays
from tests.servers import TestDatabase

QUERY = """
SELECT array_agg(t), array_agg(v), array_agg(q), array_agg(n)
FROM (VALUES ('2026-05-03 14:10:00.123456+00'::timestamptz, 1.5::float8, 1::int2, 7::int8),
             ('1969-12-31 23:59:59+00', '-0', 9::int2, -1),
             ('1999-12-31 00:00+00', 'NaN', 4::int2, 9007199254740993)) r(t, v, q, n)
"""


def test_columns_agree_with_the_driver(database: TestDatabase) -> None:
    """Times, numbers and integers are what psycopg's own loaders give for the same row."""

    async def ours() -> Any:
        async with DatabasePool(database.conninfo(), 2, 5) as pool:
            return await pool.tuple(QUERY, {})

    with psycopg.connect(database.conninfo()) as connection:
        row = connection.execute(QUERY).fetchone()
    assert row is not None
    time, value, flag, count = asyncio.run(ours())

    assert columns.instants(time).tolist() == [times.to_microseconds(instant) for instant in row[0]]
    assert str(columns.numbers(value).tolist()) == str(row[1])
    assert [columns.integers(flag, ">i2").tolist(), columns.integers(count, ">i8").tolist()] == [row[2], row[3]]


def test_no_rows_are_empty_columns() -> None:
    """array_agg over nothing is NULL and becomes an empty column."""
    assert (
        len(columns.instants(None))
        == len(columns.numbers(None))
        == len(columns.spread(columns.instants(None), None, columns.instants(None)))
        == 0
    )


def test_nan_becomes_null() -> None:
    """A missing result is null in JSON, never a number."""
    assert columns.or_null(np.array([1.0, np.nan, -0.0])) == [1.0, None, -0.0]


# pages.md, section 5, rule 3: a gap is where a reading is missing for more than 1.5 intervals.
@pytest.mark.parametrize(
    ("seconds", "expected_interval_s", "found"),
    [
        ([0, 60, 120], 60, []),
        ([0, 90, 181], 60, [[90, 181]]),
        ([0, 60, 600, 660], 60, [[60, 600]]),
        ([0, 60, 600], None, []),
        ([], 60, []),
    ],
)
def test_gaps_are_longer_than_one_and_a_half_intervals(
    seconds: list[int], expected_interval_s: float | None, found: list[list[int]]
) -> None:
    """Only what is more than 1.5 expected intervals apart is a gap."""
    time_us = np.array(seconds, np.int64) * 1_000_000

    assert (columns.gaps(time_us, time_us, expected_interval_s) // 1_000_000).tolist() == found


def test_the_postgres_epoch_is_the_year_2000() -> None:
    """PostgreSQL counts from 2000-01-01 (src/include/datatype/timestamp.h, POSTGRES_EPOCH_JDATE)."""
    assert times.to_microseconds(datetime(2000, 1, 1, tzinfo=UTC)) == postgres_arrays.EPOCH_US


@given(st.lists(st.floats(-1e12, 1e12), max_size=20), st.integers(3, 9))
def test_rounded_values_are_the_nearest_with_so_many_digits(values: list[float], digits: int) -> None:
    """By decimal arithmetic: no more digits are written, and none is further off than half of the last one."""
    found = columns.rounded(np.array(values), digits).tolist()

    for value, near in zip(values, found, strict=True):
        if abs(value) < 1e-7:  # needs a power of ten that is not exact
            continue
        exact = Decimal(value)
        unit = Decimal(10) ** (exact.adjusted() - digits + 1)
        assert len(Decimal(repr(near)).normalize().as_tuple().digits) <= digits, (value, near)
        assert abs(Decimal(repr(near)) - exact) <= unit / 2 * (1 + Decimal("1e-5")), (value, near)


def test_what_cannot_be_rounded_stays() -> None:
    """NaN, zero, infinities and numbers of the size of atoms."""
    values = [float("nan"), 0.0, -0.0, float("inf"), 1.234567e-27, 1.234567e300]

    assert str(columns.rounded(np.array(values), 3).tolist()) == str(values)
