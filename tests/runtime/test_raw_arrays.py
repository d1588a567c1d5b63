"""Binary arrays of PostgreSQL, against what psycopg itself makes of the same array."""

from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest

from codec.postgres_arrays import EPOCH_US, items
from runtime.raw_arrays import keep_raw
from tests.servers import TestDatabase

KINDS = {"float8": ">f8", "int2": ">i2", "int8": ">i8", "bool": "?"}


@pytest.mark.parametrize(
    ("kind", "array"),
    [
        ("float8", "{1.5,-0.25,Infinity}"),
        ("int2", "{1,9,-32768}"),
        ("int8", "{0,9223372036854775807}"),
        ("bool", "{t,f,t}"),
    ],
)
def test_the_values_are_those_of_psycopg(empty_database: TestDatabase, kind: str, array: str) -> None:
    """The same array by both ways."""
    with psycopg.connect(empty_database.conninfo()) as connection:
        query = f"SELECT '{array}'::{kind}[]".encode()
        plain = connection.execute(query).fetchone()
        with connection.cursor(binary=True) as cursor:
            keep_raw(cursor, [kind])
            sent = cursor.execute(query).fetchone()

    assert plain is not None and sent is not None
    assert items(sent[0], KINDS[kind]).tolist() == plain[0]


def test_instants_are_microseconds_since_2000(empty_database: TestDatabase) -> None:
    """And no array at all is an empty one."""
    with psycopg.connect(empty_database.conninfo()) as connection, connection.cursor(binary=True) as cursor:
        keep_raw(cursor, ["timestamptz"])
        sent = cursor.execute("SELECT array[timestamptz '2026-11-28 11:30:00.000001Z']").fetchone()

    assert sent is not None
    unix_us = items(sent[0], ">i8") + EPOCH_US
    assert unix_us.tolist() == [round(datetime(2026, 11, 28, 11, 30, tzinfo=UTC).timestamp()) * 1_000_000 + 1]
    assert np.array_equal(items(None, ">f8"), [])
