"""What is stored already at the times of some rows, read as three arrays and compared here.

So a replay costs one look into the index a row, and nothing is written; by way of the staging table it would be a
write and two looks.
"""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from codec.postgres_arrays import EPOCH_MS, items
from ingest.store.rows import ObservationRows
from ingest.values import Connection

READ: Final = """
SELECT array_send(array_agg(datastream_id)), array_send(array_agg(phenomenon_time)), array_send(array_agg(result))
FROM (
    SELECT datastream_id, phenomenon_time, coalesce(result, 'NaN') AS result FROM observation
    WHERE datastream_id = ANY (%s::integer[])
      AND phenomenon_time BETWEEN to_timestamp(%s::bigint / 1000.0) AND to_timestamp(%s::bigint / 1000.0)
    LIMIT %s
) AS stored"""
INDEX_ONLY: Final = "SET LOCAL enable_seqscan = off"
"""The planner knows little of what came a moment ago."""
MOST: Final = 4
"""Rows read for each row asked for; when there are more between the times, looking them up one by one is cheaper."""
ALWAYS: Final = 1000
LARGEST_KEY: Final = 2**62


class KnownRows(msgspec.Struct, frozen=True):
    """For n rows: whether each is stored, and the result that is stored, NaN for a missing one."""

    is_stored: npt.NDArray[np.bool_]
    result: npt.NDArray[np.float64]

    def conflicts(self, rows: ObservationRows) -> npt.NDArray[np.intp]:
        """Return the places of the rows that are stored with another result."""
        is_same = (self.result == rows.result) | (np.isnan(self.result) & np.isnan(rows.result))
        return np.flatnonzero(self.is_stored & ~is_same)


def find(connection: Connection, rows: ObservationRows) -> KnownRows:
    """Look the rows up; when that would read too much, none of them counts as stored."""
    unseen = KnownRows(np.zeros(len(rows), bool), np.zeros(len(rows)))
    ids, place = np.unique(rows.datastream, return_inverse=True)
    first_ms, last_ms = int(np.min(rows.time_ms)), int(np.max(rows.time_ms))
    width_ms = last_ms - first_ms + 1
    limit = MOST * len(rows) + ALWAYS
    if len(ids) * width_ms > LARGEST_KEY:
        return unseen
    connection.execute(INDEX_ONLY)
    found = connection.execute(READ, (ids.tolist(), first_ms, last_ms, limit), prepare=False, binary=True).fetchone()
    assert found is not None
    if found[0] is None:
        return unseen
    numbers, times_us, results = (items(*one) for one in zip(found, (">i4", ">i8", ">f8"), strict=True))
    is_whole = times_us % 1000 == 0  # as all rows are; an import may have others
    if len(numbers) == limit or not is_whole.any():
        return unseen
    # One number for datastream and time, so that looking up is one binary search.
    stored = (np.searchsorted(ids, numbers) * width_ms + times_us // 1000 + EPOCH_MS - first_ms)[is_whole]
    asked = place * width_ms + rows.time_ms - first_ms
    order = np.argsort(stored)
    at = order[np.searchsorted(stored, asked, sorter=order).clip(max=len(stored) - 1)]
    return KnownRows(stored[at] == asked, results[is_whole][at].astype(np.float64))
