"""Which facilities are public, and to which facility a datastream belongs: what a permission needs to know."""

from typing import Final, NamedTuple

from api.datastreams import queries as datastreams
from api.http.database import DatabasePool
from wire import names

PUBLIC: Final = "coalesce((f.document ->> 'public')::boolean, false)"
ALL_PUBLIC: Final = f"SELECT f.id FROM facility f WHERE {PUBLIC}"
IS_PUBLIC: Final = f"SELECT {PUBLIC} AS is_public FROM facility f WHERE f.id = %(facility)s"
OF_DATASTREAM: Final = f"""
SELECT f.id AS facility, {PUBLIC} AS is_public FROM datastream d JOIN facility f ON f.id = d.facility_id
WHERE d.id = %(id)s OR d.name = %(name)s
"""


class FacilityOf(NamedTuple):
    """The facility of a datastream."""

    facility: str
    is_public: bool


async def public(database: DatabasePool) -> frozenset[str]:
    """Return the ids of all facilities that everybody may read."""
    return frozenset(await database.rows(lambda id: str(id), ALL_PUBLIC, {}))


async def is_public(database: DatabasePool, facility: str) -> bool | None:
    """Say whether everybody may read a facility; None when there is none of this id."""
    if not names.is_id(facility):
        return None
    return await database.row(lambda is_public: bool(is_public), IS_PUBLIC, {"facility": facility})


async def facility_of_datastream(database: DatabasePool, ref: str) -> FacilityOf | None:
    """Return the facility of a datastream, given by its integer id or full name; None when there is no such one."""
    id, name = datastreams.reference(ref)
    if id is None and name is None:
        return None
    return await database.row(FacilityOf, OF_DATASTREAM, {"id": id, "name": name})
