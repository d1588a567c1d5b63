"""What the tests ask of a database that holds revisions."""

from datetime import UTC, datetime
from typing import Any

from ingest.revisions import RevisionDraft
from ingest.values import Connection
from tests.ingest.batches import START_S

AUTHOR = "user:1"


def at(seconds: float) -> datetime:
    """An instant by its distance from the start of the tests' readings."""
    return datetime.fromtimestamp(START_S + seconds, UTC)


def draft(kind: Any = "quality", first_s: float = 0, last_s: float = 3600, facility: str = "vale") -> RevisionDraft:
    """A revision of a span."""
    return RevisionDraft(facility, kind, AUTHOR, "the cable was wet", at(first_s), stop=at(last_s))


def number_of(connection: Connection, name: str) -> int:
    """The id of a datastream of vale."""
    row = connection.execute("SELECT id FROM datastream WHERE name = %s", (f"vale:{name}",)).fetchone()
    assert row is not None
    return int(row[0])


def rows(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    """All rows of a datastream: seconds from the start, result, quality, tests, cfg."""
    return connection.execute(
        "SELECT extract(epoch FROM phenomenon_time)::float8 - %s, result, quality, tests, cfg FROM observation"
        " WHERE datastream_id = %s ORDER BY phenomenon_time",
        (START_S, number_of(connection, name)),
    ).fetchall()


def rows_as_of(connection: Connection, name: str, as_of: datetime) -> list[tuple[Any, ...]]:
    """The same as they were known at an instant."""
    return connection.execute(
        "SELECT extract(epoch FROM phenomenon_time)::float8 - %s, result, quality, tests, cfg"
        " FROM observation_as_of(%s, '-infinity', 'infinity', %s) ORDER BY phenomenon_time",
        (START_S, number_of(connection, name), as_of),
    ).fetchall()


def now(connection: Connection) -> datetime:
    """The database's clock."""
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found


def is_audited(connection: Connection) -> bool:
    """Recompute the whole chain: each row's digest stands on the one before."""
    row = connection.execute(
        "SELECT bool_and(digest = audit_digest(previous, number, at, actor, action, subject, detail)"
        " AND previous = coalesce(before, decode(repeat('00', 32), 'hex'))) FROM"
        " (SELECT *, lag(digest) OVER (ORDER BY number) AS before FROM audit) chain"
    ).fetchone()
    assert row is not None
    return bool(row[0])
