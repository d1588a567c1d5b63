"""The address of one facility now."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.overview import answers
from dashboard import page_events, pages, period, reads, rendering
from dashboard.alarm_count import COUNTED
from texts import load

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}", dependencies=READS)
async def facility(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """One facility now, with the chosen datastreams as linked charts."""
    shown = reads.shown(await answers.of_facility(database, facility))
    asked, zone = request.query_params, shown.facilities[0].timezone
    events = await page_events.of_page(database, facility, zone, shown.now, asked, usual=period.DEFAULT)
    names = [name for text in asked.getlist("ds") for name in text.split(",")]
    return rendering.answer(request, "now/now.html", pages.facility(shown, load(), asked, names, events))
