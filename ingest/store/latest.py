"""The newest observation and the counters of each datastream, kept while storing so that nobody has to count."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from ingest.store.arrays import array
from ingest.store.observations import Tally
from ingest.values import Connection

IS_NEWER: Final = "excluded.phenomenon_time > known.phenomenon_time"
NEWEST_OF: Final = ", ".join(
    f"{column} = CASE WHEN {IS_NEWER} THEN excluded.{column} ELSE known.{column} END"
    for column in ("phenomenon_time", "result", "quality", "tests", "received_at")
)
WRITE: Final = f"""
INSERT INTO latest AS known
    (datastream_id, phenomenon_time, result, quality, tests, received_at, observation_count, first_time)
SELECT id, to_timestamp(newest_ms / 1000.0), result, quality, tests, %s, count, to_timestamp(first_ms / 1000.0)
FROM unnest(%s::integer[], %s::bigint[], %s::float8[], %s::smallint[], %s::text[], %s::bigint[], %s::bigint[])
    AS told (id, newest_ms, result, quality, tests, count, first_ms)
ORDER BY id
ON CONFLICT (datastream_id) DO UPDATE SET {NEWEST_OF},
    observation_count = known.observation_count + excluded.observation_count,
    first_time = least(known.first_time, excluded.first_time)"""


BOUNDS: Final = "BETWEEN to_timestamp(%(first_ms)s / 1000.0) AND to_timestamp(%(last_ms)s / 1000.0)"
RENEW: Final = f"""
UPDATE latest l SET result = o.result, quality = o.quality, tests = o.tests FROM observation o
WHERE l.datastream_id = ANY (%(ids)s::integer[]) AND l.phenomenon_time {BOUNDS}
  AND o.datastream_id = l.datastream_id AND o.phenomenon_time = l.phenomenon_time AND o.phenomenon_time {BOUNDS}
  AND (l.result, l.quality, l.tests) IS DISTINCT FROM (o.result, o.quality, o.tests)"""


def write(connection: Connection, tallies: Sequence[Tally], received_at: datetime) -> None:
    """Take in what was stored; at most one tally a datastream."""
    if not tallies:
        return
    columns = zip(*map(msgspec.structs.astuple, tallies), strict=True)
    connection.execute(WRITE, (received_at, *map(array, columns)))


def renew(connection: Connection, touched: Sequence[Tally]) -> None:
    """Take in what was replaced in these spans, where it is the newest."""
    if not touched:
        return
    first_ms, last_ms = min(one.first_ms for one in touched), max(one.newest_ms for one in touched)
    ids = array(sorted({one.datastream_id for one in touched}))
    connection.execute(RENEW, {"ids": ids, "first_ms": first_ms, "last_ms": last_ms})
