"""Sight: which failures of a dam are proven to be seen, and which are not."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from api.access import OfFacility
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.sight import queries
from api.sight.models import FacilitySight, YearOfSight

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2999
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR, description="The year, in the time zone of the facility")]

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


@router.get(
    "/facilities/{facility}/sight/{year}",
    summary="The record of a year: what was proven seen, blind, or not proved",
    dependencies=[Depends(OfFacility("read"))],
)
async def sight_of_year(facility: FacilityId, year: Year, database: Data, now: Now) -> YearOfSight:
    """Per failure mode, from the stored proofs: a proof holds until the next one, while rounds follow each other within
    65 minutes and no newer version of the facility file is in force. Time for which none holds is not proved, never
    seen. `first` and `last` are proofs in the chain that `tailwatch audit verify` checks."""
    return await queries.of_year(database, facility, year, now)
