"""The address of the newest readings."""

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from dashboard import pages, reads, rendering, verdict
from dashboard.alarm_count import COUNTED
from texts import load

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/newest", dependencies=READS)
async def newest(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """The newest reading of each datastream, the oldest of them first."""
    shown = await reads.one(database, facility, datetime.now(UTC))
    one, texts = shown.facilities[0], load()
    context = pages.shared(shown, texts, "facilities", one.timezone, one) | {
        "tab": "newest",
        "verdict": verdict.of_facility(one, shown.now, texts),
        "facts": (),
        "read": sorted((row.time, row.name) for row in one.datastreams if row.time is not None),
    }
    return rendering.answer(request, "newest/newest.html", context | pages.heading(one, texts))
