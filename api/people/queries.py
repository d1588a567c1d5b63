"""Names of users by their number; a name that was erased is not there."""

from collections.abc import Collection
from typing import Final, NamedTuple

from api.http.database import DatabasePool

NAMES: Final = (
    "SELECT account_id AS id, coalesce(nullif(name, ''), login) AS name FROM person WHERE account_id = ANY(%(ids)s)"
)


class Named(NamedTuple):
    """A user and its name."""

    id: int
    name: str


async def names(database: DatabasePool, ids: Collection[int]) -> dict[int, str]:
    """Return the names of these users, by number."""
    if not ids:
        return {}
    return {one.id: one.name for one in await database.rows(Named, NAMES, {"ids": sorted(ids)})}
