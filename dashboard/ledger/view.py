"""The address of the ledger."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.http.dependencies import Data, Now
from api.http.errors import BadParameter
from api.http.errors import shown as shown_value
from api.http.parameters import FacilityId, is_sender
from api.overview import answers
from api.quarantine import undeclared
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from texts import load

from . import page

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/ledger", dependencies=READS)
async def ledger(request: Request, facility: FacilityId, database: Data, now: Now) -> HTMLResponse:
    """The proof: everything that was sent, and what became of it."""
    shown, asked = reads.shown(await answers.of_facility(database, facility, now)), request.query_params
    if (sender := asked.get("sender")) and not is_sender(sender):
        raise BadParameter(f"A sender is a node (n07) or an agent (_edge/gw1), not {shown_value(sender)}.", "sender")
    one = shown.facilities[0]
    shows = page.shown_period(asked, one.timezone, shown.now)
    found = await page.read(database, one, asked, shows, now)
    waiting = await undeclared.of_facility(database, facility)
    made = page.page(shown, load(), asked, shows, found, undeclared=waiting)
    return rendering.answer(request, "ledger/ledger.html", made)
