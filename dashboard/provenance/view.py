"""The address of where a figure comes from."""

from typing import Final, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Known, OfFacility
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId, Instant
from api.provenance import answers
from api.safety import hourly
from api.safety.models import Kind
from dashboard import pages, reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.safety import over as made_over
from texts import load

from . import page

READS: Final = [Depends(OfFacility("read"))]
MAX_REF: Final = 200
FREEBOARD: Final = "freeboard"
MOVED: Final = 308

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/provenance", dependencies=READS)
async def provenance(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    caller: Known,
    ds: str,
    at: Instant | None = None,
    over: Kind | Literal["freeboard"] | None = None,
    part: bool = False,
) -> HTMLResponse:
    """Where a figure comes from: a page, or with `part` what the panel at the side shows.

    over: the figure is made of many readings that end now, and the newest stands for them; or of a pond and a crest.
    """
    shown, ref = await reads.one(database, facility, now), ds[:MAX_REF]
    found = await answers.of_datastream(database, caller, ref, at, facility)
    zone = shown.facilities[0].timezone
    many = None
    if over == FREEBOARD:
        many = made_over.freeboard(shown.facilities[0], found.steps[0], load())
    elif over:
        many = made_over.item(await hourly.of_datastream(database, ref, over, now, facility), zone, load())
    context = page.context(found, zone, now, load(), many)
    if part:
        return rendering.answer(request, "provenance/panel.html", context)
    return rendering.answer(request, "provenance/provenance.html", pages.data(shown, load(), {}) | context)


@router.get("/f/{facility}/why", dependencies=READS, response_class=RedirectResponse)
@router.get("/f/{facility}/value/why", dependencies=READS, response_class=RedirectResponse)
async def before(request: Request, facility: FacilityId) -> RedirectResponse:
    """The addresses of release 0.2, in links that people keep: understood by the two releases after it."""
    place, asked = request.url.path.removesuffix("why") + "provenance", request.url.query
    return RedirectResponse(f"{place}?{asked}" if asked else place, MOVED)
