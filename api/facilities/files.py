"""The stored facility file as the values of `tailings.facility`, parsed once a version."""

from datetime import datetime
from functools import lru_cache
from typing import Final

from api.facilities import queries
from api.http.database import DatabasePool
from tailings.facility import BadFacility, Facility, parse

MAX_KEPT: Final = 64


async def facility(database: DatabasePool, id: str, as_of: datetime | None = None) -> Facility | None:
    """Return what the stored file says, now or at an instant.

    None when there is no file, or a newer program wrote what we cannot read.
    """
    return parsed(await queries.file(database, id, as_of))


@lru_cache(MAX_KEPT)
def parsed(text: str) -> Facility | None:
    """Read the text of a version; None for an empty one or one that cannot be read."""
    try:
        return parse(text) if text else None
    except BadFacility:
        return None
