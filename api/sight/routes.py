"""Sight: which failures of a dam are proven to be seen, and which are not."""

from fastapi import APIRouter, Depends

from api.access import OfFacility
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.sight import queries
from api.sight.models import FacilitySight

router = APIRouter(prefix="/api/v1", tags=["alarms"])


@router.get(
    "/facilities/{facility}/sight",
    summary="What would be seen of each failure mode, by injection",
    dependencies=[Depends(OfFacility("read"))],
)
async def sight_of_facility(facility: FacilityId, database: Data) -> FacilitySight:
    """The newest proof of each plan. A failure was injected into what the instruments would read, and carried through
    formulas, filters, plan, approval, shelf and recipients up to the message that would be made."""
    return await queries.of_facility(database, facility)
