"""The address of the water page."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.water import answers
from dashboard import page_events, rendering
from dashboard.alarm_count import COUNTED
from texts import load

from . import page

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/water", dependencies=READS)
async def water(request: Request, facility: FacilityId, database: Data, now: Now) -> HTMLResponse:
    """Do we meet the limits, is it acidifying?"""
    found, asked = await answers.of_facility(database, facility, now), request.query_params
    zone = found.overview.facilities[0].facility.timezone
    events = await page_events.of_page(database, facility, zone, found.overview.now, asked, usual=page.SERIES_RANGE)
    return rendering.answer(request, "water/water.html", page.context(found, load(), events, asked))
