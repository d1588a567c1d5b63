"""The overview: facilities with all that their pages show, in one answer."""

from fastapi import APIRouter, Depends

from api.access import OfFacility, Seen
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.overview import answers
from api.overview.models import Overview

router = APIRouter(prefix="/api/v1", tags=["facilities"])


@router.get("/overview", summary="All facilities with datastreams, nodes, gateways and assessment")
async def overview(database: Data, seen: Seen) -> Overview:
    """Those you may read, at most 500, sorted by id: what the pages `/` and `/nodes` are made of."""
    return await answers.of_all(database, seen)


@router.get(
    "/facilities/{facility}/overview",
    summary="One facility with datastreams, nodes, gateways and assessment",
    dependencies=[Depends(OfFacility("read"))],
)
async def overview_of_facility(facility: FacilityId, database: Data) -> Overview:
    """At most 2,000 datastreams, in the order of their ids: what the pages of a facility are made of."""
    return await answers.of_facility(database, facility)
