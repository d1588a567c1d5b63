"""The address of the drills of a facility."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.drills import answers
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.drills import page
from texts import load

ACTS: Final = [Depends(OfFacility("annotate")), *COUNTED]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/f/{facility}/drills", dependencies=ACTS)
async def drills(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    drill: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> HTMLResponse:
    """The newest drill, or the one that is asked for, and the list of all."""
    shown = await reads.one(database, facility, now)
    found = await answers.newest(database, facility)
    number = drill or next((one.id for one in found.drills), None)
    chosen = None if number is None else await answers.one(database, facility, number)
    return rendering.answer(request, "drills/drills.html", page.context(shown, found, chosen, load()))
