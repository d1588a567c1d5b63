"""Tests of the bytes of a binary COPY, which PostgreSQL itself reads back."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.store.binary_copy import copy_bytes
from ingest.store.rows import NO_CFG, ObservationRows
from ingest.values import Connection

TABLE = "CREATE TEMPORARY TABLE back (id int, time timestamptz, result float8, quality int2, tests text, cfg int)"
READ = "SELECT id, (extract(epoch FROM time) * 1000)::bigint, result, quality, tests, cfg FROM back"
Row = tuple[int, int, float | None, int, str | None, int | None]

rows_of_values = st.lists(
    st.tuples(
        st.integers(1, 2**31 - 1),
        st.integers(0, 4_294_967_295_000),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from([1, 2, 3, 4, 9]),
        st.none() | st.sampled_from(["spike", "gross_range,flat_line", "a" * 200]),
        st.none() | st.integers(0, 2**31 - 1),
    ),
    min_size=1,
    max_size=30,
)


def as_columns(values: list[Row]) -> ObservationRows:
    """The same rows as columns."""
    ids, times, results, quality, tests, cfg = zip(*values, strict=True)
    return ObservationRows(
        arrival=np.zeros(len(values), np.int32),
        place=np.arange(len(values), dtype=np.int32),
        datastream=np.array(ids, np.int32),
        time_ms=np.array(times, np.int64),
        result=np.array([np.nan if one is None else one for one in results]),
        quality=np.array(quality, np.uint8),
        tests=np.array([(one or "").encode() for one in tests]),
        cfg=np.array([NO_CFG if one is None else one for one in cfg], np.int64),
    )


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=50
)
@given(rows_of_values)
def test_postgresql_reads_back_what_was_written(connection: Connection, values: list[Row]) -> None:
    """Every value, present or absent, arrives bit for bit, in the order of the rows."""
    with connection.transaction(force_rollback=True):
        connection.execute(TABLE)
        with connection.cursor() as cursor, cursor.copy("COPY back FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(copy_bytes(as_columns(values)))
        assert connection.execute(READ).fetchall() == values


def test_numbered_rows_count_from_zero(connection: Connection) -> None:
    """The row number stands before the columns."""
    with connection.transaction(force_rollback=True):
        connection.execute(TABLE.replace("back (", "back (row int, "))
        with connection.cursor() as cursor, cursor.copy("COPY back FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(copy_bytes(as_columns([(7, 0, None, 9, None, None)] * 3), is_numbered=True))
        assert connection.execute("SELECT row, id FROM back").fetchall() == [(0, 7), (1, 7), (2, 7)]
