"""The commit log: the last row of a transaction, numbered in the order of the commits, and the call to who waits."""

from collections.abc import Collection, Sequence
from typing import Final

from ingest.store.arrays import array
from ingest.store.observations import Tally
from ingest.values import Connection

LOCK: Final = 7_411_002
"""Held from here to the end of the transaction; any number that no other lock of this database uses."""
CHANNEL: Final = "tailwatch_commit"
WRITE: Final = f"""
WITH logged AS (
    INSERT INTO commit_log (facility_ids, datastream_ids, rows, first_time, last_time, first_ms, last_ms)
    VALUES (%s, %s::integer[], %s, to_timestamp(%s::bigint / 1000.0), to_timestamp(%s::bigint / 1000.0),
            %s::bigint[], %s::bigint[]) RETURNING id
)
SELECT id, pg_notify('{CHANNEL}', id::text) FROM logged"""
FORGET: Final = "SELECT forget_commits(%s)"
MAX_FORGOTTEN: Final = 10_000
"""What one transaction deletes: some tens of milliseconds of work."""
LONG_MS: Final = 600_000
"""Within ten minutes the span of all is near enough for each: who follows the log reads so much more, no row less."""


def write(connection: Connection, facilities: Collection[str], tallies: Sequence[Tally]) -> int:
    """Log this transaction and return its id; one tally a datastream. Nothing may be written after it."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    ordered = sorted(tallies, key=lambda tally: tally.datastream_id)
    first_ms = min((tally.first_ms for tally in ordered), default=None)
    last_ms = max((tally.newest_ms for tally in ordered), default=None)
    row = connection.execute(
        WRITE,
        (
            sorted(facilities),
            array(tally.datastream_id for tally in ordered),
            sum(tally.count for tally in ordered),
            first_ms,
            last_ms,
            *_spans(ordered, (last_ms or 0) - (first_ms or 0)),
        ),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _spans(tallies: Sequence[Tally], length_ms: int) -> tuple[str | None, str | None]:
    """The first and the last times as arrays, where one span for all would be far longer than that of each."""
    if length_ms <= LONG_MS:
        return None, None
    return array(tally.first_ms for tally in tallies), array(tally.newest_ms for tally in tallies)


def forget(connection: Connection) -> int:
    """Delete some of the commits that nobody goes on from (all but the newest million); return how many.

    A work of the job scheduler; 0 says that nothing is left to do.
    """
    row = connection.execute(FORGET, (MAX_FORGOTTEN,)).fetchone()
    assert row is not None
    return int(row[0])
