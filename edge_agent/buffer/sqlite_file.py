"""Opening the buffer's SQLite file: durable settings, tables, damage found early, errors split by who must act."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

NAMES: Final = ("schema.sql", "schema_2.sql", "schema_3.sql", "schema_4.sql", "schema_5.sql", "schema_6.sql")
SCHEMAS: Final = tuple(Path(__file__).with_name(name) for name in NAMES)
SCHEMA_VERSION: Final = len(SCHEMAS)
ASIDE: Final = ".corrupt-"
"""In the name of a file that was set aside, before the time (UTC)."""
CACHE_KIB: Final = 1024
BUSY_MS: Final = 5000
EPOCH_BYTES: Final = 4
PRIMARY_CODE: Final = 0xFF
REFUSED_BY_DISK: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class CannotStore(Exception):
    """The disk refuses (full, over the limit, read-only, failing): nothing was stored. Try again; tell a person.

    is_full: no room, on the disk or within the limit of the file.
    """

    def __init__(self, error: str, is_full: bool = False) -> None:
        super().__init__(error)
        self.is_full = is_full


class NewerBuffer(Exception):
    """The file was written by a newer program; a person must start that one."""


class Damaged(Exception):
    """The file is corrupt; it must be set aside."""


def open_or_replace(file: Path) -> tuple[sqlite3.Connection, Path | None]:
    """Open the buffer; a corrupt file is set aside, its new name is returned and an empty buffer begun."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(file), None
    except Damaged:
        aside = _set_aside(file)
        return _open(file), aside


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One durable transaction; raises CannotStore or Damaged, and then nothing of it is stored."""
    with named_errors():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn SQLite's error codes into the exceptions of this module; anything else is a fault of the program."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY_CODE
        if code in REFUSED_BY_DISK:
            raise CannotStore(str(error), code == sqlite3.SQLITE_FULL) from error
        if code in DAMAGE:
            raise Damaged(str(error)) from error
        raise


def make_epoch() -> str:
    """The name of an epoch that no buffer has."""
    return secrets.token_hex(EPOCH_BYTES)


def _open(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None)
    try:
        with named_errors():
            db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            _check(db)
            _make_tables(db, file)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection) -> None:
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise Damaged(verdict)


def _make_tables(db: sqlite3.Connection, file: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerBuffer(f"{file} has version {version}, this program knows {SCHEMA_VERSION}; start the newer program")
    if version == SCHEMA_VERSION:
        return
    steps = [schema.read_text("utf-8") for schema in SCHEMAS[version:]]
    if version == 0:
        epoch = make_epoch()
        steps.append(f"INSERT INTO agent (id, epoch, next_seq, kept, chain) VALUES (1, '{epoch}', 0, 0, '{epoch}');")
    db.executescript(f"BEGIN IMMEDIATE; {' '.join(steps)} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")


def _set_aside(file: Path) -> Path:
    """Keep the corrupt file with its log beside the new one; a person may still get something out of it."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = file.with_name(f"{file.name}{ASIDE}{stamp}")
    file.rename(aside)
    for suffix in ("-wal", "-shm"):
        part = file.with_name(file.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside
