"""Rows as the bytes of PostgreSQL's binary COPY (documentation of COPY, "Binary Format").

Each row is laid out at one width in a numpy table. A value that is absent from all rows has no place in the layout; one
that is absent from some, or shorter, is cut out of all rows at once at the end.
"""

from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from codec.postgres_arrays import EPOCH_MS
from ingest.store.rows import NO_CFG, ObservationRows

"""2000-01-01; PostgreSQL counts microseconds from there."""
HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"
ABSENT: Final = -1
NO_TIME: Final = 0
"""Nothing was received in 1970."""
Values = npt.NDArray[Any]


class Column(msgspec.Struct, frozen=True):
    """Values of one column, and their sizes in bytes: one for all rows, or one for each row. Size 0: absent."""

    name: str
    kind: str
    values: Values
    size: int | Values

    @property
    def has_bytes(self) -> bool:
        """Say whether any row has a value."""
        return isinstance(self.size, np.ndarray) or self.size > 0


def copy_bytes(
    rows: ObservationRows, is_numbered: bool = False, received_us: npt.NDArray[np.int64] | None = None
) -> memoryview:
    """Return the rows in the columns datastream_id, phenomenon_time, result, quality, tests, cfg.

    The row number, from 0, comes before them if `is_numbered`; received_at comes behind them where `received_us` (Unix
    microseconds, NO_TIME for none) is given.
    """
    columns = [
        Column("id", ">i4", rows.datastream, 4),
        Column("time", ">i8", (rows.time_ms - EPOCH_MS) * 1000, 8),
        Column("result", ">f8", rows.result, _sizes(~np.isnan(rows.result), 8)),
        Column("quality", ">i2", rows.quality, 2),
        _tests(rows),
        Column("cfg", ">i4", rows.cfg, _sizes(rows.cfg != NO_CFG, 4)),
    ]
    if is_numbered:
        columns.insert(0, Column("row", ">i4", np.arange(len(rows)), 4))
    if received_us is not None:
        since_2000 = received_us - EPOCH_MS * 1000
        columns.append(Column("received", ">i8", since_2000, _sizes(received_us != NO_TIME, 8)))
    return _table(len(rows), columns)


def _tests(rows: ObservationRows) -> Column:
    size = _same(np.strings.str_len(rows.tests))
    return Column("tests", f"S{size}" if isinstance(size, int) else rows.tests.dtype.str, rows.tests, size)


def _sizes(is_present: npt.NDArray[np.bool_], size: int) -> int | Values:
    return _same(np.where(is_present, size, 0))


def _same(sizes: Values) -> int | Values:
    """Return the one size that all rows have, else the sizes."""
    first = int(sizes[0]) if len(sizes) else 0
    return first if (sizes == first).all() else sizes


def _table(count: int, columns: list[Column]) -> memoryview:
    """Every row begins as a copy of one, with all that is the same in all of them; then come the values."""
    layout = [("fields", ">i2")]
    for column in columns:
        layout.append((f"{column.name}_size", ">i4"))
        layout += [(column.name, column.kind)] if column.has_bytes else []
    row = np.zeros(1, layout)
    row["fields"] = len(columns)
    for column in columns:
        if not isinstance(column.size, np.ndarray):
            row[f"{column.name}_size"] = column.size or ABSENT
    whole = np.empty(len(HEAD) + count * row.dtype.itemsize + len(END), np.uint8)
    flat = whole[len(HEAD) : len(whole) - len(END)].reshape(count, row.dtype.itemsize)
    flat[:] = row.view(np.uint8)
    table = flat.view(row.dtype)[:, 0]
    for column in columns:
        if column.has_bytes:
            table[column.name] = column.values
        if isinstance(column.size, np.ndarray):
            table[f"{column.name}_size"] = np.where(column.size == 0, ABSENT, column.size)
    cuts = {column.name: column.size for column in columns if isinstance(column.size, np.ndarray)}
    if cuts:
        return memoryview(HEAD + _cut(flat, row.dtype, cuts) + END)
    whole[: len(HEAD)], whole[len(whole) - len(END) :] = np.frombuffer(HEAD, np.uint8), np.frombuffer(END, np.uint8)
    return memoryview(whole)


def _cut(flat: npt.NDArray[np.uint8], layout: "np.dtype[np.void]", sizes: dict[str, Values]) -> bytes:
    """Return the rows with each named field cut to its size in that row."""
    keep = np.ones(flat.shape, bool)
    fields = layout.fields
    assert fields is not None
    for name, size in sizes.items():
        dtype, offset = fields[name][:2]
        keep[:, offset : offset + dtype.itemsize] = np.arange(dtype.itemsize) < size[:, None]
    return flat[keep].tobytes()
