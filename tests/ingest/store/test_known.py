"""Tests of looking up what is stored already, in a real table."""

import numpy as np
import psycopg
import pytest

from ingest.store import known
from ingest.values import Connection
from tests.ingest.store.test_observations import MINUTE_MS, START_MS, rows

INSERT = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality)
VALUES (%s, to_timestamp(%s::bigint / 1000000.0), %s, %s)"""

MINUTES = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality)
SELECT 3, to_timestamp(%s + 60 * minute), 1.0, 1 FROM generate_series(0, 1999) AS minute"""


def insert(connection: Connection, datastream: int, minute: float, result: float | None) -> None:
    """One stored observation."""
    time_us = round((START_MS + MINUTE_MS * minute) * 1000)
    connection.execute(INSERT, (datastream, time_us, result, 9 if result is None else 1))


@pytest.fixture
def stored(connection: Connection) -> Connection:
    """A table with two datastreams, a missing result and a time between two milliseconds."""
    for datastream, minute, result in ((3, 0, 1.0), (3, 1, None), (7, 0, 2.0), (7, 5, 3.0), (3, 2.00001, 4.0)):
        insert(connection, datastream, minute, result)
    return connection


def test_each_row_is_found_with_its_result(stored: Connection) -> None:
    """Stored with the same or another result, or not stored: also when the datastream has it at another time."""
    asked = rows((7, 5, 3.0), (3, 0, 1.5), (7, 1, 2.0), (3, 1, np.nan), (5, 0, 1.0), (7, 0, 2.0), (3, 2, 4.0))
    found = known.find(stored, asked)

    assert found.is_stored.tolist() == [True, True, False, True, False, True, False]
    assert np.array_equal(found.result[found.is_stored], [3.0, 1.0, np.nan, 2.0], equal_nan=True)
    assert found.conflicts(asked).tolist() == [1]


def test_missing_and_a_value_are_a_conflict(stored: Connection) -> None:
    """A result where none was, and none where one was."""
    asked = rows((3, 1, 8.0), (7, 0, np.nan))

    assert known.find(stored, asked).conflicts(asked).tolist() == [0, 1]


def test_nothing_is_stored_in_an_empty_table(connection: Connection) -> None:
    """No row is found where there is none."""
    assert known.find(connection, rows((3, 0, 1.0))).is_stored.tolist() == [False]


def test_too_much_between_the_times_is_not_read(connection: Connection) -> None:
    """With more rows between first and last time than are worth reading none counts as stored."""
    connection.execute(MINUTES, (START_MS // 1000,))

    assert known.find(connection, rows((3, 0, 1.0), (3, 1999, 1.0))).is_stored.tolist() == [False, False]
    assert known.find(connection, rows(*[(3, minute, 1.0) for minute in range(0, 2000, 4)])).is_stored.all()


def test_times_too_far_apart_are_not_read(connection: Connection) -> None:
    """Where datastream and time do not fit into one number, none counts as stored."""
    far = rows(*[(number, number * 40_000_000, 1.0) for number in range(1, 2000)])

    assert not known.find(connection, far).is_stored.any()


def test_a_broken_line_is_the_callers(connection: Connection) -> None:
    """Errors of the database pass through."""
    connection.close()
    with pytest.raises(psycopg.OperationalError):
        known.find(connection, rows((3, 0, 1.0)))
