"""Restoring: the rows of the archive into the database, where they are missing; what is there is never touched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.archive import contents, parquet
from ingest.archive.manifest import ArchiveDamaged, folder_of, read_manifest
from ingest.archive.months import Month
from ingest.archive.verification import check
from ingest.store import commit
from ingest.store.binary_copy import NO_TIME, copy_bytes
from ingest.store.observations import Tally
from ingest.store.rows import NO_CFG, ObservationRows
from ingest.values import Connection

COPY: Final = """
COPY observation (datastream_id, phenomenon_time, result, quality, tests, cfg, received_at)
FROM STDIN (FORMAT BINARY)"""
TABLE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS restored (
    datastream_id integer, phenomenon_time timestamptz, result float8, quality smallint, tests text, cfg integer,
    received_at timestamptz
) ON COMMIT DELETE ROWS"""
COPY_TEMPORARY: Final = "COPY restored FROM STDIN (FORMAT BINARY)"
MERGE: Final = "INSERT INTO observation SELECT * FROM restored ORDER BY phenomenon_time ON CONFLICT DO NOTHING"
IS_EMPTY: Final = """
SELECT NOT EXISTS (
    SELECT FROM observation WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s)"""
IDS: Final = "SELECT name, id FROM datastream WHERE facility_id = %s"
LATEST: Final = """
INSERT INTO latest (datastream_id, phenomenon_time, result, quality, tests, received_at, observation_count, first_time)
SELECT o.datastream_id, o.phenomenon_time, o.result, o.quality, o.tests, now(), c.count, c.first
FROM (SELECT count(*), min(phenomenon_time) AS first, max(phenomenon_time) AS last
      FROM observation WHERE datastream_id = %(id)s) c
JOIN observation o ON o.datastream_id = %(id)s AND o.phenomenon_time = c.last
WHERE NOT EXISTS (SELECT FROM latest WHERE datastream_id = %(id)s)"""
# A span counts as gone until each hour that was counted in it has a row again: of every facility, in both its months.
BACK: Final = """
DELETE FROM released_span r WHERE r.start < %s AND r.stop > %s AND NOT EXISTS (
    SELECT FROM datastream d CROSS JOIN LATERAL (
        SELECT h.start FROM rollup_hour h
        WHERE h.datastream_id = d.id AND h.start >= r.start AND h.start < r.stop AND NOT EXISTS (
            SELECT FROM observation o WHERE o.datastream_id = d.id
              AND o.phenomenon_time >= h.start AND o.phenomenon_time < h.start + interval '1 hour')
        LIMIT 1
    ) gone)"""
Tell = Callable[[float], None]


def restore(connection: Connection, archive: Path, facility: str, month: Month, tell: Tell) -> int:
    """Bring back what is missing of a month, one transaction a datastream; return the number of rows.

    The parts are checked first. Raises ArchiveDamaged, also for a datastream that the database does not know.
    """
    parts = read_manifest(archive, facility).of(month)
    folder = folder_of(archive, facility)
    for part in parts:
        check(folder / part.file, part)
    tables: dict[str, list[Any]] = {}
    for part in parts:
        for name, table in parquet.read(folder / part.file):
            tables.setdefault(name, []).append(table)
    ids: dict[str, int] = dict(connection.execute(IDS, (facility,)).fetchall())
    if unknown := sorted(set(tables) - set(ids)):
        raise ArchiveDamaged(f"the database does not know {unknown[0]}: apply the facility file of the archive first")
    total = 0
    for place, name in enumerate(sorted(tables), 1):
        with connection.transaction():
            total += bring_back(connection, facility, ids[name], month, contents.merged(tables.pop(name)))
        tell(place / (place + len(tables)))
    connection.execute(BACK, (month.stop, month.start))
    return total


def bring_back(connection: Connection, facility: str, number: int, month: Month, table: Any) -> int:
    """Put what is missing of one datastream's rows into the open transaction; return how many."""
    rows = _rows(number, table)
    is_empty = connection.execute(IS_EMPTY, (number, month.start, month.stop)).fetchone() == (True,)
    with connection.cursor() as cursor:
        if not is_empty:
            cursor.execute(TABLE)
        with cursor.copy(COPY if is_empty else COPY_TEMPORARY) as copy:
            copy.write(copy_bytes(rows, received_us=_received_us(table)))
        count = len(rows) if is_empty else cursor.execute(MERGE).rowcount
    if count:
        connection.execute(LATEST, {"id": number})
        tally = Tally(number, int(rows.time_ms[-1]), None, 0, None, count=count, first_ms=int(rows.time_ms[0]))
        commit.write(connection, {facility}, [tally])
    return count


def _received_us(table: Any) -> npt.NDArray[np.int64]:
    received: npt.NDArray[np.int64] = pc.fill_null(table["received_at"].cast(pa.int64()), NO_TIME).to_numpy()
    return received


def _rows(number: int, table: Any) -> ObservationRows:
    count = table.num_rows
    empty = np.zeros(count, np.int32)
    tests = pc.fill_null(table["tests"].cast(pa.string()), "").to_pylist()
    return ObservationRows(
        arrival=empty,
        place=empty,
        datastream=np.full(count, number, np.int32),
        time_ms=table["phenomenon_time"].cast(pa.int64()).to_numpy() // 1000,
        result=pc.fill_null(table["result"], float("nan")).to_numpy(),
        quality=table["quality"].to_numpy().astype(np.uint8),
        tests=np.array([text.encode() for text in tests]),
        cfg=pc.fill_null(table["cfg"], NO_CFG).to_numpy().astype(np.int64),
    )
