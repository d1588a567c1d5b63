"""The newest proof of each plan, read as it was stored."""

from typing import Any, Final

from api.http.database import DatabasePool
from api.sight.models import FacilitySight, SightProof
from tailings.sight.model import for_everybody

NEWEST: Final = """
SELECT plan, number, version, made_at, blind_since, document FROM sight_newest
WHERE facility_id = %(facility)s ORDER BY plan"""
LOOKED: Final = "SELECT at FROM sight_round WHERE facility_id = %(facility)s"


async def of_facility(database: DatabasePool, facility: str) -> FacilitySight:
    """Return what would be seen of each failure mode of a facility."""
    values = {"facility": facility}
    looked_at = await database.row(lambda at: at, LOOKED, values)
    return FacilitySight(facility=facility, looked_at=looked_at, proofs=await database.rows(_proof, NEWEST, values))


def _proof(document: dict[str, Any], **row: Any) -> SightProof:
    return SightProof.model_validate(for_everybody(document) | row)
