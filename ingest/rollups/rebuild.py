"""Rebuilding: takes what is dirty, counts those hours anew from the observations, and their days from the hours.

Rows of `dirty_span` are deleted by the statement before the one that counts, so what was committed meanwhile is counted
too, and what is committed afterwards has left a row of its own.
"""

from itertools import chain
from typing import Any, Final

import numpy as np

from ingest.rollups.spans import HOUR_MS, Spans, split, widen
from ingest.values import Connection

LOCK: Final = 7_411_009
"""One rebuild at a time in a database; any number that no other lock of this database uses."""
MAX_ROWS: Final = 500
MAX_HOURS: Final = 5_000
"""What one transaction takes on: a fraction of a second of work."""
DAY_MS: Final = 24 * HOUR_MS
TAKE: Final = """
DELETE FROM dirty_span WHERE ctid = ANY (ARRAY(SELECT ctid FROM dirty_span LIMIT %s))
RETURNING datastream_ids, first_ms, last_ms"""
PUT_BACK: Final = "INSERT INTO dirty_span VALUES (%s, %s, %s)"
OFFSETS: Final = """
SELECT d.id, (extract(epoch FROM f.standard_offset) * 1000)::bigint
FROM datastream d JOIN facility f ON f.id = d.facility_id WHERE d.id = ANY (%s)"""
COUNTS: Final = (
    "pass",
    "not_evaluated",
    "suspect",
    "fail",
    "missing",
    "results",
    "minimum",
    "maximum",
    "mean",
    "weighted_mean",
    "first",
    "last",
    "first_time",
    "last_time",
    "begin_time",
    "end_time",
    "last_received",
)
WRITE: Final = f"""
INSERT INTO rollup_{{width}} SELECT * FROM recount_{{width}}s(%s::integer[], %s::bigint[], %s::bigint[])
ON CONFLICT (datastream_id, start) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in COUNTS)}"""
WRITE_HOURS: Final = WRITE.format(width="hour").encode()
WRITE_DAYS: Final = WRITE.format(width="day").encode()


def rebuild(connection: Connection, max_hours: int = MAX_HOURS) -> int:
    """Rebuild some of what is dirty inside the open transaction; return how many hours (0: nothing was left to do)."""
    if connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone() != (True,):
        return 0
    taken = connection.execute(TAKE, (MAX_ROWS,)).fetchall()
    if not taken:
        return 0
    spans = _spans(taken)
    offsets: dict[int, int] = dict(connection.execute(OFFSETS, (np.unique(spans.datastream).tolist(),)).fetchall())
    now, later = split(widen(spans, _offset_ms(spans, offsets)), max_hours)
    connection.execute(WRITE_HOURS, _arrays(now))
    connection.execute(WRITE_DAYS, _arrays(widen(now, _offset_ms(now, offsets), DAY_MS)))
    if len(later):
        connection.execute(PUT_BACK, (later.datastream.tolist(), later.start_ms.tolist(), (later.stop_ms - 1).tolist()))
    return now.hours


def _spans(taken: list[tuple[Any, ...]]) -> Spans:
    ids, first, last = ([*chain.from_iterable(column)] for column in zip(*taken, strict=True))
    return Spans(np.array(ids, np.int64), np.array(first, np.int64), np.array(last, np.int64) + 1)


def _offset_ms(spans: Spans, offsets: dict[int, int]) -> Any:
    return np.array([offsets[one] for one in spans.datastream.tolist()], np.int64)


def _arrays(spans: Spans) -> tuple[list[int], list[int], list[int]]:
    return spans.datastream.tolist(), spans.start_ms.tolist(), spans.stop_ms.tolist()
