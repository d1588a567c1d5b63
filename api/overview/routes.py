"""The overview: facilities with all that their pages show, in one answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import OfFacility, Seen
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.overview import answers
from api.overview.models import Overview, Places
from api.overview.selection import OverviewQuery

router = APIRouter(prefix="/api/v1", tags=["facilities"])


@router.get("/overview", summary="All facilities with datastreams, nodes, gateways and assessment")
async def overview(database: Data, seen: Seen, query: Annotated[OverviewQuery, Query()]) -> Overview:
    """Those you may read, the worst first: what the pages `/` and `/nodes` are made of."""
    return await answers.of_all(database, seen, query=query)


@router.get("/overview/places", summary="Where facilities lie, and their states")
async def places(database: Data, seen: Seen, query: Annotated[OverviewQuery, Query()]) -> Places:
    """Those you may read, whatever `page` and `limit` are: what the map of the page `/` is made of."""
    return await answers.places(database, seen, query)


@router.get(
    "/facilities/{facility}/overview",
    summary="One facility with datastreams, nodes, gateways and assessment",
    dependencies=[Depends(OfFacility("read"))],
)
async def overview_of_facility(facility: FacilityId, database: Data) -> Overview:
    """At most 2,000 datastreams, in the order of their ids: what the pages of a facility are made of."""
    return await answers.of_facility(database, facility)
