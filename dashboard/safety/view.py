"""The address of the safety page."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import Known, OfFacility, cookies
from api.alarms import answers as alarms
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.safety import answers, changes
from dashboard import page_events, rendering
from dashboard.alarm_count import COUNTED
from texts import load

from . import page

VISIT: Final = "tailwatch_visit"
VISIT_S: Final = 90 * 86_400
READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/safety", dependencies=READS)
async def safety(request: Request, facility: FacilityId, database: Data, now: Now, caller: Known) -> HTMLResponse:
    """Is it safe, what is due, how much margin, and what changed since the last look?"""
    asked = request.query_params
    found = await answers.of_facility(database, facility, now, asked.get("near", ""))
    record = [await alarms.one(database, caller, one.alarm.id) for one in found.plans if one.alarm]
    zone = found.overview.facilities[0].facility.timezone
    events = await page_events.of_page(database, facility, zone, found.overview.now, asked, usual=page.SERIES_RANGE)
    context = page.context(found, load(), asked, events) | page.tasks_of(found, record, caller, load())
    cookie = f"{VISIT}_{facility}"
    if caller.account_id:
        visit = await changes.of_person(database, caller, facility, now)
    else:
        visit = changes.following(changes.of_cookie(cookies.read(request, cookie), now), now)
    news = await changes.since(database, facility, visit.since, now)
    answer = rendering.answer(request, "safety/safety.html", context | page.news_of(news, found, load()))
    if not caller.account_id:
        cookies.write(answer, request, cookie, changes.as_cookie(visit), VISIT_S)
    return answer
