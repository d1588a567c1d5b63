"""The versions that the database holds, and the stored file as a person gets it to change it."""

import re
from datetime import datetime
from typing import Any, Final

import msgspec

from ingest.revisions import RevisionRefused
from ingest.values import Connection

SELECT: Final = "SELECT version, hash, file, document, author, applied_at FROM facility_version WHERE facility_id = %s"
ORIGIN: Final = re.compile(r"\A# made from version (\d+), ([0-9a-f]{64})\r?\n")


class StoredVersion(msgspec.Struct, frozen=True):
    """One stored file."""

    version: int
    hash: str
    file: str
    document: dict[str, Any]
    author: str
    applied_at: datetime


def history(connection: Connection, facility: str) -> list[StoredVersion]:
    """Return all versions, newest first; raise RevisionRefused when there is no such facility."""
    found = [StoredVersion(*row) for row in connection.execute(f"{SELECT} ORDER BY id DESC", (facility,))]
    if not found:
        raise RevisionRefused(f"there is no facility {facility!r} in this database")
    return found


def newest(connection: Connection, facility: str) -> StoredVersion | None:
    """Return the version in force, None when the facility is not known."""
    row = connection.execute(f"{SELECT} ORDER BY id DESC LIMIT 1", (facility,)).fetchone()
    return None if row is None else StoredVersion(*row)


def export(version: StoredVersion) -> str:
    """Return the file with a first line that says what it was made from, so that `apply` can tell."""
    return f"# made from version {version.version}, {version.hash}\n{ORIGIN.sub('', version.file)}"


def origin(text: str) -> str | None:
    """Return the hash of the version that a file says it was made from, None when it says nothing."""
    found = ORIGIN.match(text)
    return None if found is None else found[2]
