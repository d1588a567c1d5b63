"""The newest proof of each plan, read as it was stored, and the record of a year."""

from datetime import datetime
from typing import Any, Final

import msgspec

from api.http.database import DatabasePool
from api.sight.models import FacilitySight, SightProof, YearOfSight
from tailings.sight.model import for_everybody
from tailings.sight.year import SightHistory, record_of

NEWEST: Final = """
SELECT plan, number, version, made_at, blind_since, document FROM sight_newest
WHERE facility_id = %(facility)s ORDER BY plan"""
LOOKED: Final = "SELECT max(last_at) AS at FROM sight_stretch WHERE facility_id = %(facility)s"
OF_YEAR: Final = "SELECT sight_history(%(facility)s, %(year)s)::text AS found"


async def of_facility(database: DatabasePool, facility: str) -> FacilitySight:
    """Return what would be seen of each failure mode of a facility."""
    values = {"facility": facility}
    looked_at = await database.row(lambda at: at, LOOKED, values)
    return FacilitySight(facility=facility, looked_at=looked_at, proofs=await database.rows(_proof, NEWEST, values))


async def of_year(database: DatabasePool, facility: str, year: int, now: datetime) -> YearOfSight:
    """Return the record of a year of a facility that is known; its proofs name no recipient."""
    found = await database.row(lambda found: str(found), OF_YEAR, {"facility": facility, "year": year})
    return YearOfSight(record=record_of(msgspec.json.decode(found or "", type=SightHistory), now))


def _proof(document: dict[str, Any], **row: Any) -> SightProof:
    return SightProof.model_validate(for_everybody(document) | row)
