"""The address of the page of land use."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility, Seen
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.land import answers
from api.land.routes import LandQuery
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.land import page
from texts import load

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/f/{facility}/land", dependencies=[*READS, *COUNTED])
async def land(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    seen: Seen,
    query: Annotated[LandQuery, Query()],
) -> HTMLResponse:
    """What the layers that the caller may read have around a facility."""
    found = await answers.of_facility(database, facility, seen is None, query.reach_m)
    shown = await reads.one(database, facility, now)
    return rendering.answer(request, "land/land.html", page.context(shown, found, load()))
