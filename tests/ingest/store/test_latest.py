"""Tests of the latest values and counters."""

from datetime import UTC, datetime

from ingest.store import latest
from ingest.store.observations import Tally
from ingest.values import Connection

NOW = datetime(2025, 11, 25, 12, tzinfo=UTC)
READ = "SELECT result, quality, tests, observation_count, phenomenon_time, first_time FROM latest"


def at(minute: int) -> datetime:
    return datetime(2025, 11, 25, 11, minute, tzinfo=UTC)


def tally(
    connection: Connection, newest: int, result: float | None, tests: str | None, count: int, first: int
) -> Tally:
    """A tally of the first datastream, times in minutes."""
    (number,) = connection.execute("SELECT min(id) FROM datastream").fetchone() or (0,)
    newest_ms, first_ms = (round(at(minute).timestamp() * 1000) for minute in (newest, first))
    return Tally(number, newest_ms, result, 9 if result is None else 3, tests, count=count, first_ms=first_ms)


def test_newer_rows_replace_and_older_ones_count(connection: Connection) -> None:
    """The newest row wins whatever the order of the writing; counts add up; the first time only moves back."""
    latest.write(connection, [tally(connection, 10, 1.25, "spike,gross_range", 2, first=5)], NOW)
    latest.write(connection, [tally(connection, 7, 9.0, None, 1, first=3)], NOW)
    assert connection.execute(READ).fetchall() == [(1.25, 3, "spike,gross_range", 3, at(10), at(3))]

    latest.write(connection, [tally(connection, 11, None, None, 1, first=11)], NOW)
    assert connection.execute(READ).fetchall() == [(None, 9, None, 4, at(11), at(3))]


def test_nothing_new_writes_nothing(connection: Connection) -> None:
    """An empty list of tallies is no error."""
    latest.write(connection, [], NOW)

    assert connection.execute(READ).fetchall() == []
