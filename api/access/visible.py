"""Which facilities are public, which have a public page, and to which facility a thing belongs."""

from typing import Any, Final, NamedTuple

import msgspec

from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.http.errors import NotFound
from tailings import disclosure
from tailings.disclosure import Disclosed, Disclosure
from wire import names

PUBLIC: Final = "coalesce((f.document ->> 'public')::boolean, false)"
ALL_PUBLIC: Final = f"SELECT f.id FROM facility f WHERE {PUBLIC}"
IS_PUBLIC: Final = f"SELECT {PUBLIC} AS is_public FROM facility f WHERE f.id = %(facility)s"
DISCLOSED: Final = f"""
SELECT f.id, {PUBLIC} AS is_public, f.document -> 'disclosure' AS stated FROM facility f
WHERE ({PUBLIC} OR jsonb_typeof(f.document -> 'disclosure') = 'object')
  AND (%(facility)s::text IS NULL OR f.id = %(facility)s)
"""
OF_DATASTREAM: Final = f"""
SELECT f.id AS facility, {PUBLIC} AS is_public, one.*
FROM facility f LEFT JOIN ({datastreams.FACTS} WHERE d.id = %(id)s OR d.name = %(name)s) one ON one.facility = f.id
WHERE f.id = coalesce((SELECT facility_id FROM datastream WHERE id = %(id)s), split_part(%(name)s, ':', 1))
"""
"""One question, whether there is such a datastream, only its facility, or neither."""
OF_ALARM: Final = f"""
SELECT f.id AS facility, {PUBLIC} AS is_public FROM alarm_event e JOIN facility f ON f.id = e.facility_id
WHERE e.id = %(id)s"""
OF_EVIDENCE: Final = "SELECT facility_id AS facility FROM evidence WHERE id = %(id)s"


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


async def disclosed(database: DatabasePool, facility: str) -> Disclosed | None:
    """Return what strangers may see of a facility; None: it has no public page, or there is none of this id."""
    if not names.is_id(facility):
        return None
    found = await database.row(_disclosed, DISCLOSED, {"facility": facility})
    return None if found is None else found[1]


async def disclosed_facilities(database: DatabasePool) -> dict[str, Disclosed]:
    """Return what strangers may see of each facility that has a public page."""
    found = await database.rows(_disclosed, DISCLOSED, {"facility": None})
    return {facility: known for facility, known in found if known is not None}


def _disclosed(id: str, is_public: bool, stated: Any) -> tuple[str, Disclosed | None]:
    return id, disclosure.disclosed(is_public, None if stated is None else msgspec.convert(stated, Disclosure))


async def facility_of_datastream(database: DatabasePool, ref: str) -> FacilityOf:
    """Return the facility of a datastream, given by its integer id or full name, which need not exist."""
    id, name = datastreams.reference(ref)
    found = await database.in_order(_facility_of, OF_DATASTREAM, {"id": id, "name": name})
    return found[0] if found else NOWHERE


async def facility_of_alarm(database: DatabasePool, id: int) -> tuple[str, bool] | None:
    """Return the facility of an alarm and whether it is public; None when there is no such alarm."""
    return await database.row(lambda facility, is_public: (str(facility), bool(is_public)), OF_ALARM, {"id": id})


def unknown_alarm(id: int) -> NotFound:
    """Return the error for an alarm that does not exist, or that the caller may not know of."""
    return NotFound(f"There is no alarm {id} that you may read; /api/v1/alarms lists them.", "id")


async def facility_of_evidence(database: DatabasePool, id: int) -> str | None:
    """Return the facility of evidence; None when there is none of this number."""
    return await database.row(lambda facility: str(facility), OF_EVIDENCE, {"id": id})


def _facility_of(facility: str, is_public: bool, *row: Any) -> FacilityOf:
    return FacilityOf(facility, is_public, None if row[0] is None else datastreams.of_row(*row))
