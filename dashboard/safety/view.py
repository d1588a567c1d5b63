"""The address of the safety page."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import Known, OfFacility
from api.alarms import answers as alarms
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
async def safety(request: Request, facility: FacilityId, database: Data, now: Now, caller: Known) -> HTMLResponse:
    """Is it safe, what is due, how much margin?"""
    asked = request.query_params
    found = await answers.of_facility(database, facility, now, asked.get("near", ""))
    record = [await alarms.one(database, caller, one.alarm.id) for one in found.plans if one.alarm]
    context = page.context(found, load(), asked) | page.tasks_of(found, record, caller, load())
    return rendering.answer(request, "safety/safety.html", context)
