"""The address of the safety page."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.safety import answers
from dashboard import rendering
from dashboard.alarm_count import COUNTED
from texts import load

from . import page

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/safety", dependencies=READS)
async def safety(request: Request, facility: FacilityId, database: Data, now: Now) -> HTMLResponse:
    """Is it safe, what is due, how much margin?"""
    asked = request.query_params
    found = await answers.of_facility(database, facility, now, asked.get("near", ""))
    return rendering.answer(request, "safety/safety.html", page.context(found, load(), asked))
