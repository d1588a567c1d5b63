"""Releasing: whole chunks of old observations leave the database, once every row is proven to be in the archive.

The caller is the owner of the tables: no program's role can do it. Readers and writers wait only for the drop itself.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from ingest.archive import contents, parquet
from ingest.archive.manifest import folder_of, read_manifest
from ingest.archive.months import Month, month_of
from ingest.archive.verification import check
from ingest.values import Connection

HAS_CHUNKS: Final = "SELECT to_regclass('timescaledb_information.chunks') IS NOT NULL"
CHUNKS: Final = """
SELECT format('%%I.%%I', chunk_schema, chunk_name), range_start, range_end FROM timescaledb_information.chunks
WHERE hypertable_name = 'observation' AND range_end <= %s ORDER BY range_start"""
DATASTREAMS: Final = """
SELECT d.facility_id, d.name, d.id FROM datastream d WHERE EXISTS (
    SELECT FROM observation o WHERE o.datastream_id = d.id AND o.phenomenon_time >= %s AND o.phenomenon_time < %s)
ORDER BY d.facility_id, d.name"""
THROUGH: Final = "SELECT coalesce(max(id), 0) FROM commit_log"
COMMITTED_SINCE: Final = """
SELECT EXISTS (SELECT FROM commit_log WHERE id > %s AND first_time < %s AND last_time >= %s)"""
IS_UNCOUNTED: Final = """
SELECT EXISTS (SELECT FROM dirty_span CROSS JOIN LATERAL unnest(first_ms, last_ms) AS t (first_ms, last_ms)
               WHERE to_timestamp(t.first_ms / 1000.0) < %s AND to_timestamp(t.last_ms / 1000.0) >= %s)"""
DROP: Final = "SELECT drop_chunks('observation', older_than => %s::timestamptz, newer_than => %s::timestamptz)"
NOTE: Final = """
INSERT INTO released_span (start, stop, rows) VALUES (%s, %s, %s)
ON CONFLICT (start) DO UPDATE SET rows = released_span.rows + excluded.rows, released_at = clock_timestamp()"""


class NotReleased(Exception):
    """The rows stay where they are; the sentence says why and what to do first."""


class HypertableChunk(msgspec.Struct, frozen=True):
    """The observations of all facilities in [start, stop), as the database keeps them together."""

    table: str
    start: datetime
    stop: datetime

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d} to {self.stop:%Y-%m-%d}"

    @property
    def months(self) -> Iterator[Month]:
        """The months that it touches."""
        month = month_of(self.start)
        while month.start < self.stop:
            yield month
            month = month_of(month.stop)


def chunks(connection: Connection, before: datetime) -> list[HypertableChunk]:
    """Return the chunks that end at or before an instant, oldest first; raise NotReleased where it has none."""
    if connection.execute(HAS_CHUNKS).fetchone() != (True,):
        raise NotReleased(
            "this database is plain PostgreSQL, which keeps observations in one table without chunks: everything "
            "stays; with TimescaleDB (apt-get install postgresql-17-timescaledb) chunks can be released"
        )
    return [HypertableChunk(*row) for row in connection.execute(CHUNKS, (before,))]


def release(connection: Connection, archive: Path, chunk: HypertableChunk) -> int:
    """Drop a chunk and return its rows, on a connection of the owner in autocommit mode.

    Raises NotReleased when a row of it is not in the archive as it is stored, or ArchiveDamaged; then nothing changed.
    """
    through = connection.execute(THROUGH).fetchone()
    rows = _archived_rows(connection, archive, chunk)
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '5s'")
        connection.execute(f"LOCK TABLE {chunk.table} IN ACCESS EXCLUSIVE MODE".encode())
        if connection.execute(COMMITTED_SINCE, (*(through or (0,)), chunk.stop, chunk.start)).fetchone() == (True,):
            raise NotReleased(f"{chunk}: readings came meanwhile; write the archive and try again")
        if connection.execute(IS_UNCOUNTED, (chunk.stop, chunk.start)).fetchone() == (True,):
            raise NotReleased(f"{chunk}: its hours and days are not counted yet; try again when ingest has done so")
        connection.execute(DROP, (chunk.stop, chunk.start))
        connection.execute(NOTE, (chunk.start, chunk.stop, rows))
    return rows


def _archived_rows(connection: Connection, archive: Path, chunk: HypertableChunk) -> int:
    """Count the rows of a chunk, each compared with the archive."""
    rows = 0
    kept: dict[str, dict[Month, dict[str, Any]]] = {}
    for facility, name, number in connection.execute(DATASTREAMS, (chunk.start, chunk.stop)).fetchall():
        if facility not in kept:
            kept = {facility: {month: _tables(archive, facility, month) for month in chunk.months}}
        for month, tables in kept[facility].items():
            span = (max(chunk.start, month.start), min(chunk.stop, month.stop))
            stored = contents.stored(connection, number, *span)
            absent = contents.differing(stored, tables.get(name, contents.COLUMNS.empty_table())).num_rows
            if absent:
                raise NotReleased(
                    f"{chunk}: {absent} rows of {name} are not in the archive as they are stored; "
                    f"tailwatch archive write {archive} --facility {facility} --month {month.name}"
                )
            rows += stored.num_rows
    return rows


def _tables(archive: Path, facility: str, month: Month) -> dict[str, Any]:
    """Return what the archive has of a month, by datastream, after checking its files."""
    tables: dict[str, list[Any]] = {}
    for part in read_manifest(archive, facility).of(month):
        file = folder_of(archive, facility) / part.file
        check(file, part)
        for name, table in parquet.read(file):
            tables.setdefault(name, []).append(table)
    return {name: contents.merged(some) for name, some in tables.items()}
