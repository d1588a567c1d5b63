"""What is stored at the instants of a chunk, however dense it is there: so many rows at once, and no more."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from codec.postgres_arrays import EPOCH_MS, items
from ingest.revisions import UNDONE
from ingest.values import Connection
from runtime.raw_arrays import keep_raw

MOST: Final = 200_000
KINDS: Final = {"int4": ">i4", "timestamptz": ">i8", "float8": ">f8", "bool": "?"}
READ: Final = f"""
SELECT array_agg(datastream_id), array_agg(phenomenon_time), array_agg(coalesce(result, 'NaN')),
       array_agg(coalesce(tests = '{UNDONE}', false))
FROM (SELECT * FROM observation WHERE datastream_id = ANY (%s)
      AND phenomenon_time BETWEEN to_timestamp(%s / 1000.0) AND to_timestamp(%s / 1000.0) LIMIT {MOST}) stored"""
Instants = npt.NDArray[np.int64]


class Known:
    """The rows of one datastream: whether one stands at an instant, with which result, and whether it was undone."""

    def __init__(self, time_ms: Instants, result: npt.NDArray[np.float64], is_undone: npt.NDArray[np.bool_]) -> None:
        order = np.argsort(time_ms)
        self._time_ms, self._result, self._is_undone = time_ms[order], result[order], is_undone[order]

    def at(self, time_ms: Instants) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """For each instant: is something stored, its result (NaN for missing), and was it undone."""
        if not len(self._time_ms):
            nothing = np.zeros(len(time_ms), bool)
            return nothing, np.full(len(time_ms), np.nan), nothing
        place = np.searchsorted(self._time_ms, time_ms).clip(max=len(self._time_ms) - 1)
        is_there = self._time_ms[place] == time_ms
        return is_there, self._result[place], self._is_undone[place] & is_there


def find(connection: Connection, asked: Mapping[int, Instants]) -> dict[int, Known]:
    """Return what is stored of these datastreams between the first and the last of all instants, by id."""
    parts = [_columns(rows) for rows in _read(connection, list(asked), _sorted(asked))]
    number, time_ms, result, undone = (np.concatenate(some) for some in zip(*parts, strict=True))
    return {one: Known(time_ms[number == one], result[number == one], undone[number == one]) for one in asked}


def _sorted(asked: Mapping[int, Instants]) -> Instants:
    return np.unique(np.concatenate([np.zeros(0, np.int64), *asked.values()]))


def _read(connection: Connection, ids: list[int], time_ms: Instants) -> list[tuple[Any, ...]]:
    """The stored rows within the instants; where they are too many, of each half of the instants."""
    if not len(time_ms):
        return [(None,) * len(KINDS)]
    with connection.cursor(binary=True) as cursor:
        keep_raw(cursor, KINDS)
        row = cursor.execute(READ, (ids, int(time_ms[0]), int(time_ms[-1]))).fetchone()
    assert row is not None
    half = len(time_ms) // 2
    if half and len(items(row[0], KINDS["int4"])) >= MOST:
        return [*_read(connection, ids, time_ms[:half]), *_read(connection, ids, time_ms[half:])]
    return [row]


def _columns(row: tuple[Any, ...]) -> tuple[npt.NDArray[Any], ...]:
    number, time_us, result, undone = (items(one, kind) for one, kind in zip(row, KINDS.values(), strict=True))
    is_whole = time_us % 1000 == 0  # as all rows of an import are
    columns = (number, time_us // 1000 + EPOCH_MS, result.astype(np.float64), undone.astype(np.bool_))
    return tuple(column[is_whole] for column in columns)
