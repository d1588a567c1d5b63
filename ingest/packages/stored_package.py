"""A package in the database, all that ingest and the api share: its pieces while it is made, then its ZIP."""

import datetime as dt
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from typing import IO, Final, NamedTuple

import msgspec
from psycopg.types.json import Jsonb

from ingest.packages import description, writer
from ingest.packages.draft_folder import Piece
from ingest.packages.layout import PackageDraft, PackageRefused
from ingest.packages.writer import WrittenPackage
from ingest.values import Connection

PART_BYTES: Final = 1 << 20
KEPT: Final = dt.timedelta(days=7)
"""So long a package that nobody went on with keeps its pieces."""
FORGET: Final = "DELETE FROM package WHERE facility_id = %s AND version IS NULL AND begun_at < clock_timestamp() - %s"
OPEN: Final = """
SELECT id, known_at FROM package
WHERE facility_id = %s AND from_time = %s AND to_time = %s AND language = %s AND version IS NULL"""
ADD: Final = """
INSERT INTO package (facility_id, from_time, to_time, known_at, language, author)
VALUES (%s, %s, %s, %s, %s, %s) RETURNING id"""
DRAFT: Final = """
SELECT facility_id, from_time, to_time, known_at, language FROM package WHERE id = %s AND version IS NULL FOR UPDATE"""
"""Of two commands of the same span, in two processes, each works on it in its turn."""
LAST: Final = "SELECT path, stop FROM package_piece WHERE package_id = %s ORDER BY number DESC LIMIT 1"
KEEP: Final = """
INSERT INTO package_piece SELECT %(id)s::bigint, count(*), %(path)s::text, %(stop)s::timestamptz, %(content)b::bytea
FROM package_piece WHERE package_id = %(id)s"""
NUMBERS: Final = "SELECT number FROM package_piece WHERE package_id = %s ORDER BY number"
CONTENT: Final = "SELECT path, content FROM package_piece WHERE package_id = %s AND number = %s"
SAME: Final = "SELECT id, bytes FROM package WHERE version = %s"
ADD_PART: Final = "INSERT INTO package_part VALUES (%s, %s, %b)"
DROP_PIECES: Final = "DELETE FROM package_piece WHERE package_id = %s"
DROP: Final = "DELETE FROM package WHERE id = %s"
WHOLE: Final = """
UPDATE package SET version = %s, content_sha256 = %s, sha256 = %s, bytes = %s, rows = %s, description = %s,
    whole_at = clock_timestamp() WHERE id = %s"""


class StoredPackage(NamedTuple):
    """A whole package: its number, what was written, and the bytes of its ZIP."""

    id: int
    written: WrittenPackage
    bytes: int


class StoredPieces:
    """The pieces of a package that is being made."""

    def __init__(self, connection: Connection, id: int) -> None:
        self._connection, self._id = connection, id

    def last(self) -> Piece | None:
        """Return the piece that was kept last."""
        row = self._connection.execute(LAST, (self._id,)).fetchone()
        return None if row is None else Piece(*row)

    def keep(self, piece: Piece, content: bytes) -> None:
        """Keep a piece behind the others."""
        packed = zlib.compress(content, 1)
        told = {"id": self._id, "path": piece.path, "stop": piece.stop, "content": packed}
        self._connection.execute(KEEP, told)

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Give all pieces with the path of their file, in order."""
        for (number,) in self._connection.execute(NUMBERS, (self._id,)).fetchall():
            row = self._connection.execute(CONTENT, (self._id, number), binary=True).fetchone()
            assert row is not None
            yield row[0], zlib.decompress(row[1])


def take_up(connection: Connection, draft: PackageDraft, author: str) -> int:
    """Return the number of an open package of the same span, which has its own instant, else of a fresh one."""
    connection.execute(FORGET, (draft.facility, KEPT))
    row = connection.execute(OPEN, (draft.facility, draft.start, draft.stop, draft.language)).fetchone()
    if row is None:
        told = (draft.facility, draft.start, draft.stop, draft.known_at, draft.language, author)
        row = connection.execute(ADD, told).fetchone()
    assert row is not None
    return int(row[0])


def go_on(connection: Connection, id: int) -> float:
    """Keep the next piece of a package; return the share of all that is there, 1.0 when nothing is missing.

    Raises PackageRefused for one that is no longer open.
    """
    return writer.gather(connection, _draft(connection, id), StoredPieces(connection, id))


def finish(connection: Connection, id: int) -> StoredPackage:
    """Make the ZIP of all pieces and store it; one of the same content is the same package."""
    with tempfile.TemporaryFile() as file:
        written = writer.bind(connection, _draft(connection, id), StoredPieces(connection, id), file)
        same = connection.execute(SAME, (written.version,)).fetchone()
        if same is not None:
            connection.execute(DROP, (id,))
            return StoredPackage(same[0], written, same[1])
        size, sha256 = _add_parts(connection, id, file)
    described = description.describe(written.about, written.made, written.content_sha256, written.packed)
    told = (
        written.version,
        written.content_sha256,
        sha256,
        size,
        written.rows,
        Jsonb(msgspec.to_builtins(described)),
        id,
    )
    connection.execute(DROP_PIECES, (id,))
    connection.execute(WHOLE, told)
    return StoredPackage(id, written, size)


def _draft(connection: Connection, id: int) -> PackageDraft:
    row = connection.execute(DRAFT, (id,)).fetchone()
    if row is None:
        raise PackageRefused(f"package {id} is whole, or was given up after {KEPT.days} days: give the command again")
    return PackageDraft(*row)


def _add_parts(connection: Connection, id: int, file: IO[bytes]) -> tuple[int, str]:
    """Store a file in parts; return its bytes and its SHA-256."""
    digest = hashlib.sha256()
    size = file.tell()
    file.seek(0)
    number = 0
    while part := file.read(PART_BYTES):
        digest.update(part)
        connection.execute(ADD_PART, (id, number, part))
        number += 1
    return size, digest.hexdigest()
