"""Versions of a facility file that were ever stored, the newest first."""

from datetime import datetime
from typing import Final, NamedTuple

from api.http.database import DatabasePool

MAX_VERSIONS: Final = 50
OF_FACILITY: Final = """
SELECT version, applied_at, file FROM facility_version WHERE facility_id = %(facility)s ORDER BY id DESC LIMIT %(limit)s
"""


class Version(NamedTuple):
    """One stored version with its text."""

    version: int
    applied_at: datetime
    file: str


async def of_facility(database: DatabasePool, facility: str) -> list[Version]:
    """Return up to fifty versions of a facility file."""
    return await database.rows(Version, OF_FACILITY, {"facility": facility, "limit": MAX_VERSIONS})
