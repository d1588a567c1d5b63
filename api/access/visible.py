"""Which facilities are public, and to which facility a datastream belongs: what a permission needs to know."""

from typing import Any, Final, NamedTuple

from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from wire import names

PUBLIC: Final = "coalesce((f.document ->> 'public')::boolean, false)"
ALL_PUBLIC: Final = f"SELECT f.id FROM facility f WHERE {PUBLIC}"
IS_PUBLIC: Final = f"SELECT {PUBLIC} AS is_public FROM facility f WHERE f.id = %(facility)s"
OF_DATASTREAM: Final = f"""
SELECT f.id AS facility, {PUBLIC} AS is_public, one.*
FROM facility f LEFT JOIN ({datastreams.FACTS} WHERE d.id = %(id)s OR d.name = %(name)s) one ON one.facility = f.id
WHERE f.id = coalesce((SELECT facility_id FROM datastream WHERE id = %(id)s), split_part(%(name)s, ':', 1))
"""
"""One question, whether there is such a datastream, only its facility, or neither."""


class FacilityOf(NamedTuple):
    """The facility of a datastream, None where there is none, and the datastream, where the facility has it."""

    facility: str | None
    is_public: bool | None
    datastream: Datastream | None


NOWHERE: Final = FacilityOf(None, None, None)


async def public(database: DatabasePool) -> frozenset[str]:
    """Return the ids of all facilities that everybody may read."""
    return frozenset(await database.rows(lambda id: str(id), ALL_PUBLIC, {}))


async def is_public(database: DatabasePool, facility: str) -> bool | None:
    """Say whether everybody may read a facility; None when there is none of this id."""
    if not names.is_id(facility):
        return None
    return await database.row(lambda is_public: bool(is_public), IS_PUBLIC, {"facility": facility})


async def facility_of_datastream(database: DatabasePool, ref: str) -> FacilityOf:
    """Return the facility of a datastream, given by its integer id or full name, which need not exist."""
    id, name = datastreams.reference(ref)
    found = await database.in_order(_facility_of, OF_DATASTREAM, {"id": id, "name": name})
    return found[0] if found else NOWHERE


def _facility_of(facility: str, is_public: bool, *row: Any) -> FacilityOf:
    return FacilityOf(facility, is_public, None if row[0] is None else datastreams.of_row(*row))
