"""Takes a file of a register: good rows become entries or further revisions of them, refused ones are kept with why.

rows_in = added + changed + unchanged + refused, of each file; the database refuses anything else.
"""

from __future__ import annotations

from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.register import entries
from ingest.samples import laboratory
from ingest.values import Connection
from tailings.mapped_tables.faults import CellFault, TableRefused
from tailings.register import ComparedRegister, ParsedRegister, RegisterMap, compared, read_map, read_register, tables
from tailings.register.compared import ChangedFacility
from tailings.register.mapping import RegisterSource

LOCK_CLASS: Final = 7_414
LOCK: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"
READER: Final = f"{tables.__name__}:{tables.encoded.__name__}"
NEWEST: Final = "SELECT id, sha256, map, day FROM register_import WHERE register_id = %s ORDER BY id DESC LIMIT 1"
ADD_REGISTER: Final = """
INSERT INTO register (id, title, publisher, address, licence, day, is_public) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET (title, publisher, address, licence, day, is_public) =
    (EXCLUDED.title, EXCLUDED.publisher, EXCLUDED.address, EXCLUDED.licence, EXCLUDED.day, EXCLUDED.is_public)
"""
ADD_IMPORT: Final = """
INSERT INTO register_import (register_id, name, sha256, content, map, title, day, licence, is_whole, author, rows_in,
    added, changed, unchanged, refused, faults, notes, gone, back)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""


class OlderRegister(ValueError):
    """A file of a day before that of the newest one; the sentence names both."""


class RegisterRefused(ValueError):
    """A file that cannot be read as its map says; the sentence names row, heading and fix."""


class RegisterPreview(msgspec.Struct, frozen=True):
    """What would become of a file: rows_in = added + changed + unchanged + refused, and all that is told of them."""

    register: str
    day: str
    rows_in: int
    added: int
    changed: int
    unchanged: int
    refused: int
    changes: tuple[ChangedFacility, ...]
    gone: tuple[str, ...]
    faults: tuple[CellFault, ...]
    notes: tuple[CellFault, ...]


class TakenRegister(RegisterPreview, frozen=True, kw_only=True):
    """What became of a file; `file` is the number of its import, that of the first where it came again."""

    file: int


class _Read(msgspec.Struct, frozen=True):
    given: RegisterMap
    parsed: ParsedRegister
    compared: ComparedRegister
    newest: tuple[int, str, str, object] | None


def take(connection: Connection, name: str, content: bytes, mapping: str, author: str) -> TakenRegister:
    """Import a file in one transaction; the same bytes again, by the same map, change nothing.

    Raises BadTable for what is no table, BadMap, RegisterRefused and OlderRegister.
    """
    given, parsed = _parsed(content, mapping)
    sha256 = laboratory.digest(content)
    with connection.transaction():
        read = _compared(connection, given, parsed)
        seen = _preview(read)
        if read.newest is not None and read.newest[1:3] == (sha256, mapping):
            return _taken(seen, read.newest[0])
        connection.execute(ADD_REGISTER, _register(given.register))
        row = (given.register.id, name, sha256, content, mapping, *_source(given.register), author)
        row += (seen.rows_in, seen.added, seen.changed, seen.unchanged, seen.refused)
        row += (Jsonb(msgspec.to_builtins(seen.faults)), Jsonb(msgspec.to_builtins(seen.notes)), list(seen.gone))
        row += (list(read.compared.back),)
        found = connection.execute(ADD_IMPORT, row).fetchone()
        assert found is not None
        entries.write(connection, given.register.id, found[0], read.compared)
    return _taken(seen, found[0])


def preview(connection: Connection, content: bytes, mapping: str) -> RegisterPreview:
    """Tell what `take` would do, and do nothing; raises the same."""
    given, parsed = _parsed(content, mapping)
    with connection.transaction():
        return _preview(_compared(connection, given, parsed))


def _parsed(content: bytes, mapping: str) -> tuple[RegisterMap, ParsedRegister]:
    given = read_map(mapping)
    cells = laboratory.cells_of(content, given.form, READER)
    try:
        return given, read_register(cells, given)
    except TableRefused as error:
        told = "; ".join(f"row {one.row} {one.column}: {one.fault}" for one in error.faults)
        raise RegisterRefused(told) from error


def _compared(connection: Connection, given: RegisterMap, parsed: ParsedRegister) -> _Read:
    """The file beside what is stored, while no other file of this register goes in."""
    source = given.register
    connection.execute(LOCK, (LOCK_CLASS, source.id))
    newest = connection.execute(NEWEST, (source.id,)).fetchone()
    if newest is not None and newest[3] > source.day:
        raise OlderRegister(
            f"the newest file of {source.id!r} is of {newest[3]}, this one of {source.day}; import no older one"
        )
    stored = entries.stored(connection, source.id)
    found = compared(parsed.facilities, stored, parsed.refused_ids, is_whole=source.whole)
    return _Read(given, parsed, found, newest)


def _preview(read: _Read) -> RegisterPreview:
    found, parsed = read.compared, read.parsed
    return RegisterPreview(
        read.given.register.id,
        read.given.register.day.isoformat(),
        parsed.rows_in,
        len(found.added),
        len(found.changed),
        unchanged=len(found.unchanged),
        refused=parsed.refused,
        changes=found.changes,
        gone=found.gone,
        faults=parsed.faults,
        notes=parsed.notes,
    )


def _taken(seen: RegisterPreview, file: int) -> TakenRegister:
    return TakenRegister(**{name: getattr(seen, name) for name in seen.__struct_fields__}, file=file)


def _register(source: RegisterSource) -> tuple[object, ...]:
    return (
        *(source.id, source.title, source.publisher, source.address, source.licence),
        *(source.day, source.public),
    )


def _source(source: RegisterSource) -> tuple[object, ...]:
    return source.title, source.day, source.licence, source.whole
