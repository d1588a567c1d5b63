"""What a transaction touched, for the rollups: one row with the spans of all its datastreams."""

from collections.abc import Sequence
from typing import Final

from ingest.store.arrays import array
from ingest.store.observations import Tally
from ingest.values import Connection

WRITE: Final = "INSERT INTO dirty_span VALUES (%s::integer[], %s::bigint[], %s::bigint[])"


def write(connection: Connection, tallies: Sequence[Tally]) -> None:
    """Record the span of each tally."""
    if tallies:
        columns = zip(*((one.datastream_id, one.first_ms, one.newest_ms) for one in tallies), strict=True)
        connection.execute(WRITE, tuple(map(array, columns)))
