"""Brings the schema up to date: numbered .sql files, each once, in order, each in a transaction of its own.

Two programs that migrate at the same time take turns (an advisory lock). An applied file must never change: its
checksum is kept. A schema newer than this program is left alone. So is one of release 0.1, whose migrations are gone:
from 0.2 on migrations are only added (docs/architecture.md, "The schema").
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from ingest.values import Connection

FOLDER: Final = Path(__file__).parent / "migrations"
FILE_NAME: Final = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
LOCK: Final = 7_411_001
"""Any number that no other lock of this database uses."""
FIRST_RELEASE: Final = "SELECT to_regclass('public.schema_version') IS NOT NULL"
"""Release 0.1 kept its migrations in a table of this name."""
TABLE: Final = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number      integer PRIMARY KEY,
    name        text NOT NULL,
    checksum    text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now()
)"""


class SchemaMismatch(Exception):
    """The schema and this program do not fit; the text says which one to bring up to date."""


class MigrationFailed(Exception):
    """A migration file was refused by the database; nothing of it is left."""


class Migration(msgspec.Struct, frozen=True):
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the files in order; raise SchemaMismatch when a number is missing, twice or malformed."""
    files = sorted(folder.glob("*.sql"))
    named = [file for file in files if FILE_NAME.fullmatch(file.name)]
    found = [Migration(int(file.name[:4]), file.name, file.read_text()) for file in named]
    if len(found) != len(files) or [one.number for one in found] != list(range(1, len(found) + 1)):
        raise SchemaMismatch(f"{folder}: files must be named 0001_what.sql and numbered without a gap")
    return found


def migrate(connection: Connection, wanted: Sequence[Migration]) -> list[str]:
    """Apply what is missing and return the names of the applied files; raise SchemaMismatch or MigrationFailed."""
    applied = []
    for migration in wanted:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            _refuse_first_release(connection)
            connection.execute(TABLE)
            if len(_known(connection, wanted)) < migration.number:
                _apply(connection, migration)
                applied.append(migration.name)
    return applied


def check(connection: Connection, wanted: Sequence[Migration]) -> None:
    """Raise SchemaMismatch unless the schema is exactly the one this program knows."""
    _refuse_first_release(connection)
    exists = connection.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone() == (True,)
    known = _known(connection, wanted) if exists else []
    if len(known) < len(wanted):
        missing = wanted[len(known)].name
        raise SchemaMismatch(f"The schema is older than this program, {missing} is missing: run it with --migrate.")


def _refuse_first_release(connection: Connection) -> None:
    if connection.execute(FIRST_RELEASE).fetchone() == (True,):
        raise SchemaMismatch(
            f"database {connection.info.dbname}: it is of release 0.1 (it has a table schema_version), which no later"
            " release migrates: keep it as it is and give an empty database, with tailwatch another --state folder;"
            " what 0.1 archived comes back with `tailwatch archive restore`."
        )


def _known(connection: Connection, wanted: Sequence[Migration]) -> list[str]:
    rows = connection.execute("SELECT number, name, checksum FROM schema_migration ORDER BY number").fetchall()
    if len(rows) > len(wanted):
        versions = f"version {len(rows)} is newer than this program, version {len(wanted)}"
        raise SchemaMismatch(f"The schema of {versions}: update the program.")
    for (_, name, checksum), migration in zip(rows, wanted, strict=False):
        if checksum != migration.checksum:
            raise SchemaMismatch(f"{name} was applied, and {migration.name} is another file now: restore it.")
    return [name for _, name, _ in rows]


def _apply(connection: Connection, migration: Migration) -> None:
    try:
        connection.execute(migration.sql.encode())
    except (psycopg.ProgrammingError, psycopg.InternalError, psycopg.IntegrityError, psycopg.DataError) as error:
        raise MigrationFailed(f"{migration.name}: {error}") from error
    connection.execute(
        "INSERT INTO schema_migration (number, name, checksum) VALUES (%s, %s, %s)",
        (migration.number, migration.name, migration.checksum),
    )
