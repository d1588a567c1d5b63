"""Stored observations as columns: PostgreSQL's binary arrays, read by numpy without an object a value.

A COPY comes row by row out of libpq, which costs ten times as much. No item is NULL.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from codec.postgres_arrays import EPOCH_MS, items
from ingest.revisions import MANUAL, UNDONE
from ingest.store.rows import NO_CFG
from ingest.values import Connection
from runtime.raw_arrays import keep_raw

KINDS: Final = {"int4": ">i4", "timestamptz": ">i8", "float8": ">f8", "int2": ">i2", "bool": "?"}
COLUMN_KINDS: Final = ("int4", "timestamptz", "float8", "int2", "int4", "bool")
QUERY: Final = f"""
SELECT array_agg(datastream_id), array_agg(phenomenon_time), array_agg(coalesce(result, 'NaN')), array_agg(quality),
       array_agg(coalesce(cfg, {NO_CFG})),
       array_agg(coalesce(tests = '{MANUAL}' OR tests = '{UNDONE}' AND cfg IS NULL, false))
FROM {{source}}"""
STRETCH: Final = """observation WHERE datastream_id = ANY (%s)
  AND phenomenon_time >= to_timestamp(%s / 1000.0) AND phenomenon_time < to_timestamp(%s / 1000.0)"""
ALL: Final = QUERY.format(source=STRETCH)
SOME: Final = QUERY.format(source=f"(SELECT * FROM {STRETCH} LIMIT %s) o")
Column = npt.NDArray[Any]


class StoredSeries(msgspec.Struct, frozen=True):
    """n rows of one datastream in order of time: Unix ms, NaN for missing, NO_CFG for raw, set by a person or not.

    A raw value that was taken back (`undone`) is failed by a person.
    """

    time_ms: npt.NDArray[np.int64]
    result: npt.NDArray[np.float64]
    quality: npt.NDArray[np.uint8]
    cfg: npt.NDArray[np.int64]
    is_manual: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.time_ms)

    @classmethod
    def empty(cls) -> "StoredSeries":
        """No rows."""
        return _stored([np.zeros(0, np.int64)] * 6, slice(None))


def read(
    connection: Connection, ids: Iterable[int], start_ms: int, stop_ms: int, most: int | None = None
) -> dict[int, StoredSeries]:
    """Return the rows of these datastreams in [start, stop), by id; one without rows is not there.

    most: of more rows than that so many, whichever.
    """
    values = (list(ids), start_ms, stop_ms)
    with connection.cursor(binary=True) as cursor:
        keep_raw(cursor, KINDS)
        row = cursor.execute(*((ALL, values) if most is None else (SOME, (*values, most)))).fetchone()
    if row is None or row[0] is None:
        return {}
    columns = [items(array, KINDS[kind]) for array, kind in zip(row, COLUMN_KINDS, strict=True)]
    number, time = columns[0], columns[1]
    order = np.lexsort((time, number))
    ordered = number[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return {int(ordered[part.start]): _stored(columns, order[part]) for part in _parts(starts, len(order))}


def _parts(starts: npt.NDArray[np.intp], count: int) -> list[slice]:
    bounds = [*starts.tolist(), count]
    return [slice(first, last) for first, last in pairwise(bounds)]


def _stored(columns: list[Column], rows: slice | Column) -> StoredSeries:
    _, time, result, quality, cfg, is_manual = (column[rows] for column in columns)
    return StoredSeries(
        time_ms=time.astype(np.int64) // 1000 + EPOCH_MS,
        result=result.astype(np.float64),
        quality=quality.astype(np.uint8),
        cfg=cfg.astype(np.int64),
        is_manual=is_manual.astype(np.bool_),
    )
