"""The rows of a part as Arrow columns, out of the database, with a digest that does not depend on the file format."""

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from codec.series_digest import SeriesDigest
from ingest.values import Connection
from tailings.arrow_columns import QUALITY, RESULT, TIME

COLUMNS: Final = pa.schema(
    [
        TIME,
        RESULT,
        QUALITY,
        pa.field("tests", pa.dictionary(pa.int32(), pa.string())),
        pa.field("cfg", pa.int32()),
        pa.field("received_at", pa.timestamp("us", "UTC")),
    ]
)
QUERY: Final = """
COPY (
    SELECT (extract(epoch FROM phenomenon_time) * 1000000)::bigint, result, quality, tests, cfg,
           (extract(epoch FROM received_at) * 1000000)::bigint FROM observation
    WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s ORDER BY phenomenon_time
) TO STDOUT (FORMAT CSV)"""
READ: Final = pyarrow.csv.ReadOptions(column_names=COLUMNS.names, use_threads=False)
CONVERT: Final = pyarrow.csv.ConvertOptions(
    column_types={
        **{one.name: one.type for one in COLUMNS},
        "phenomenon_time": pa.int64(),
        "tests": pa.string(),
        "received_at": pa.int64(),
    },
    strings_can_be_null=True,
    null_values=[""],
)


def stored(connection: Connection, datastream_id: int, start: datetime, stop: datetime) -> Any:
    """Return the observations of one datastream in [start, stop), in order of time, as an Arrow table."""
    with connection.cursor() as cursor, cursor.copy(QUERY, (datastream_id, start, stop)) as copy:
        data = b"".join(copy)
    if not data:
        return COLUMNS.empty_table()
    table = pyarrow.csv.read_csv(io.BytesIO(data), read_options=READ, convert_options=CONVERT)
    tests = pc.dictionary_encode(table["tests"])
    time = table["phenomenon_time"].cast(pa.timestamp("us", "UTC"))
    return table.set_column(0, "phenomenon_time", time).set_column(3, "tests", tests).cast(COLUMNS)


def differing(table: Any, known: Any) -> Any:
    """Return the rows of `table` that `known` (both in order of time) has not, or has otherwise."""
    if not known.num_rows:
        return table
    times, before = _plain(table, "phenomenon_time"), _plain(known, "phenomenon_time")
    place = np.minimum(np.searchsorted(before, times), len(before) - 1)
    same = before[place] == times
    for name in ("result", "quality", "cfg"):
        new, old = _plain(table, name), _plain(known, name)[place]
        same &= (new == old) | ((new != new) & (old != old))
    new, old = _texts(table), _texts(known)
    same &= np.array([one == old[at] for one, at in zip(new, place.tolist(), strict=True)], bool)
    return table.filter(pa.array(~same))


def merged(parts: Iterable[Any]) -> Any:
    """Return the rows of all parts in order of time; of two with the same time the later part's."""
    tables = [part for part in parts if part.num_rows]
    if len(tables) < 2:
        return tables[0] if tables else COLUMNS.empty_table()
    table = pa.concat_tables(tables).unify_dictionaries()
    times = _plain(table, "phenomenon_time")
    order = np.argsort(times, kind="stable")
    is_last = np.append(np.diff(times[order]) != 0, True)
    return table.take(pa.array(order[is_last]))


def digest(table: Any) -> str:
    """Return the digest of one datastream's rows: times, results, flags and versions, and the names of tests."""
    found = SeriesDigest()
    version = np.nan_to_num(_plain(table, "cfg"), nan=-1)
    time_us, result, quality = (_plain(table, name) for name in ("phenomenon_time", "result", "quality"))
    found.add(time_us, result, quality, _texts(table), version)
    return found.hexdigest()


def digest_of_all(digests: dict[str, str]) -> str:
    """Return the digest of a part from those of its datastreams."""
    lines = "".join(f"{name} {one}\n" for name, one in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _plain(table: Any, name: str) -> Any:
    """A column as numbers, NaN for missing."""
    column = table[name]
    if name == "phenomenon_time":
        return column.cast(pa.int64()).to_numpy()
    if name in ("result", "cfg"):
        return pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()
    return column.to_numpy()


def _texts(table: Any) -> list[str]:
    found: list[str] = pc.fill_null(table["tests"].cast(pa.string()), "").to_pylist()
    return found
