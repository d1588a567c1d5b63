"""Writing: a month becomes part 0; what came or changed since becomes the next part; nothing is written over."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ingest.archive import contents, parquet
from ingest.archive.manifest import ArchiveManifest, ArchivePart, add_part, folder_of, read_manifest, sha256_of
from ingest.archive.months import Month
from ingest.values import Connection
from runtime.atomic_write import settle

DATASTREAMS: Final = """
SELECT d.name, d.id FROM datastream d JOIN latest l ON l.datastream_id = d.id
WHERE d.facility_id = %s AND l.first_time < %s AND l.phenomenon_time >= %s ORDER BY d.name"""
THROUGH: Final = "SELECT coalesce(max(id), 0) FROM commit_log"
UNCHANGED: Final = """
SELECT through >= (SELECT coalesce(min(id) - 1, 0) FROM commit_log) AND NOT EXISTS (
    SELECT FROM commit_log WHERE id > through
    AND first_time < %(stop)s AND last_time >= %(start)s AND %(facility)s = ANY (facility_ids)
) FROM (SELECT max(through_commit) AS through FROM archive_part WHERE facility_id = %(facility)s
        AND month = %(start)s::date) known"""
ENTER: Final = """
INSERT INTO archive_part (facility_id, month, part, file, sha256, content, rows, through_commit)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
NOTHING_NEW: Final = """
UPDATE archive_part SET through_commit = (SELECT coalesce(max(id), 0) FROM commit_log)
WHERE facility_id = %(facility)s AND month = %(start)s::date"""


def write(connection: Connection, archive: Path, facility: str, month: Month) -> ArchivePart | None:
    """Write what the archive does not have of a month; None when that is nothing. On a connection in autocommit mode.

    All reads see one instant of the database. Raises ArchiveDamaged.
    """
    manifest = read_manifest(archive, facility)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        told = {"facility": facility, "start": month.start, "stop": month.stop}
        is_unchanged = connection.execute(UNCHANGED, told).fetchone() == (True,) and bool(manifest.of(month))
        through = connection.execute(THROUGH).fetchone()
        part = None if is_unchanged else _write(connection, archive, manifest, month)
        if part is None:
            connection.execute(NOTHING_NEW, told)
        else:
            add_part(archive, manifest, part)
            row = (
                facility,
                month.start,
                part.part,
                part.file,
                part.sha256,
                part.content,
                part.rows,
                *(through or (0,)),
            )
            connection.execute(ENTER, row)
    return part


def _write(connection: Connection, archive: Path, manifest: ArchiveManifest, month: Month) -> ArchivePart | None:
    known = manifest.of(month)
    number = len(known)
    name = f"{month.name}.parquet" if number == 0 else f"{month.name}.addendum-{number}.parquet"
    folder = folder_of(archive, manifest.facility)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{name}.new"
    digests: dict[str, str] = {}
    told = parquet.metadata(connection, manifest.facility, month.name, number)
    tables = _tables(connection, manifest.facility, month, [folder / part.file for part in known], digests)
    rows = parquet.write(fresh, told, tables)
    if not rows:
        fresh.unlink()
        return None
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    settle(fresh, folder / name)
    return ArchivePart(month.name, number, name, sha256_of(folder / name), contents.digest_of_all(digests), rows=rows)


def _tables(
    connection: Connection, facility: str, month: Month, known: list[Path], digests: dict[str, str]
) -> Iterator[tuple[str, Any]]:
    readers = [_Reader(file) for file in known]
    for name, number in connection.execute(DATASTREAMS, (facility, month.stop, month.start)).fetchall():
        table = contents.stored(connection, number, month.start, month.stop)
        fresh = contents.differing(table, contents.merged([reader.take(name) for reader in readers]))
        if fresh.num_rows:
            digests[name] = contents.digest(fresh)
            yield name, fresh


class _Reader:
    """A part read along: its datastreams are in order of name, as they are asked for."""

    def __init__(self, file: Path) -> None:
        self._tables = parquet.read(file)
        self._next = next(self._tables, None)

    def take(self, name: str) -> Any:
        while self._next is not None and self._next[0] < name:
            self._next = next(self._tables, None)
        if self._next is None or self._next[0] != name:
            return contents.COLUMNS.empty_table()
        return self._next[1]
