"""The entries of a register as they are stored: the newest revision of each, and what an import changes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.types.json import Jsonb

from ingest.values import Connection
from tailings.register import ComparedRegister, RegisteredFacility, StoredFacility, search
from tailings.register.exports import ExportedFacility
from tailings.register.values import digest

STORED: Final = """
SELECT e.registered_id, r.document, e.revision, r.digest, e.is_gone
FROM register_entry e JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
WHERE e.register_id = %s
"""
ADD: Final = """
INSERT INTO register_entry (register_id, registered_id, revision, seen_import_id, sort_name, search, country, status,
    consequence, longitude, latitude)
VALUES (%s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s)
"""
CHANGE: Final = """
UPDATE register_entry SET revision = revision + 1, seen_import_id = %s, is_gone = false, sort_name = %s, search = %s,
    country = %s, status = %s, consequence = %s, longitude = %s, latitude = %s
WHERE register_id = %s AND registered_id = %s
"""
SEE: Final = """
UPDATE register_entry SET seen_import_id = %s WHERE register_id = %s AND registered_id = ANY(%s)
"""
RETURN: Final = "UPDATE register_entry SET is_gone = false WHERE register_id = %s AND registered_id = ANY(%s)"
GO: Final = "UPDATE register_entry SET is_gone = true WHERE register_id = %s AND registered_id = ANY(%s)"
REVISE: Final = """
INSERT INTO register_revision (entry_id, revision, import_id, file_row, digest, document)
SELECT id, revision, %s, %s, %s, %s FROM register_entry WHERE register_id = %s AND registered_id = %s
"""

EXPORTED: Final = """
SELECT i.register_id, i.title, i.day::text, i.licence, r.document, e.is_gone
FROM register_entry e JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
JOIN register_import i ON i.id = e.seen_import_id
WHERE %s::text IS NULL OR e.register_id = %s ORDER BY e.sort_name, e.id
"""


def exported(connection: Connection, register: str | None) -> list[ExportedFacility]:
    """Return the rows of a register as they stand, or of all, with the newest file of it that has each."""
    return [ExportedFacility(*row) for row in connection.execute(EXPORTED, (register, register)).fetchall()]


def stored(connection: Connection, register: str) -> dict[str, StoredFacility]:
    """Return the newest revision of each row of a register by its id."""
    rows = connection.execute(STORED, (register,)).fetchall()
    return {id: StoredFacility(document, revision, sha256, gone) for id, document, revision, sha256, gone in rows}


def write(connection: Connection, register: str, file: int, found: ComparedRegister) -> None:
    """Write what a file adds, changes, has again and has no more."""
    with connection.cursor() as cursor:
        cursor.executemany(ADD, [(register, one.id, file, *_found_by(one)) for one in found.added])
        cursor.executemany(CHANGE, [(file, *_found_by(one), register, one.id) for one in found.changed])
        cursor.executemany(
            REVISE,
            [
                (file, one.row, digest(one.values), Jsonb(one.values), register, one.id)
                for one in (*found.added, *found.changed)
            ],
        )
    connection.execute(SEE, (file, register, list(found.unchanged)))
    connection.execute(RETURN, (register, list(found.back)))
    connection.execute(GO, (register, list(found.gone)))


def _found_by(one: RegisteredFacility) -> Sequence[object]:
    """Its place in lists, and what it is found and chosen by."""
    values = one.values
    names = ("country", "status", "consequence_class", "longitude", "latitude")
    chosen = [values.get(name) for name in names]
    return search.sorted_by(values), search.text_of(values), *chosen
