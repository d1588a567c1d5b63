"""The commit log: the last row of a transaction, numbered in the order of the commits, and the call to who waits.

With it goes what the rollups count anew, so that nobody who touches rows can forget that.
"""

from collections.abc import Collection, Sequence
from typing import Final

from ingest.store.arrays import array
from ingest.store.observations import Tally
from ingest.values import Connection

LOCK: Final = 7_411_002
"""Held from here to the end of the transaction; any number that no other lock of this database uses."""
CHANNEL: Final = "tailwatch_commit"
WRITE: Final = f"""
WITH dirty AS (
    INSERT INTO dirty_span (datastream_ids, first_ms, last_ms)
    SELECT %(ids)s::integer[], %(firsts)s::bigint[], %(lasts)s::bigint[] WHERE %(ids)s::integer[] <> '{{}}'
), logged AS (
    INSERT INTO commit_log (facility_ids, datastream_ids, rows, first_time, last_time, first_ms, last_ms)
    SELECT %(facilities)s::text[], %(ids)s::integer[], %(rows)s, to_timestamp(%(first)s::bigint / 1000.0),
           to_timestamp(%(last)s::bigint / 1000.0), CASE WHEN %(is_long)s THEN %(firsts)s::bigint[] END,
           CASE WHEN %(is_long)s THEN %(lasts)s::bigint[] END
    FROM pg_advisory_xact_lock({LOCK}) RETURNING id
)
SELECT id, pg_notify('{CHANNEL}', id::text) FROM logged"""
FORGET: Final = "SELECT forget_commits(%s)"
MAX_FORGOTTEN: Final = 10_000
"""What one transaction deletes: some tens of milliseconds of work."""
LONG_MS: Final = 600_000
"""Within ten minutes the span of all is near enough for each: who follows the log reads so much more, no row less."""


def write(connection: Connection, facilities: Collection[str], tallies: Sequence[Tally]) -> int:
    """Log this transaction, have the rollups count anew what it touched, and return its id; one tally a datastream.
    Nothing may be written after it.
    """
    ordered = sorted(tallies, key=lambda tally: tally.datastream_id)
    firsts_ms, lasts_ms = [tally.first_ms for tally in ordered], [tally.newest_ms for tally in ordered]
    first_ms, last_ms = min(firsts_ms, default=None), max(lasts_ms, default=None)
    row = connection.execute(
        WRITE,
        {
            "ids": array(tally.datastream_id for tally in ordered),
            "firsts": array(firsts_ms),
            "lasts": array(lasts_ms),
            "facilities": sorted(facilities),
            "rows": sum(tally.count for tally in ordered),
            "first": first_ms,
            "last": last_ms,
            "is_long": (last_ms or 0) - (first_ms or 0) > LONG_MS,
        },
    ).fetchone()
    assert row is not None
    return int(row[0])


def forget(connection: Connection) -> int:
    """Delete some of the commits that nobody goes on from (all but the newest million); return how many.

    A work of the job scheduler; 0 says that nothing is left to do.
    """
    row = connection.execute(FORGET, (MAX_FORGOTTEN,)).fetchone()
    assert row is not None
    return int(row[0])
