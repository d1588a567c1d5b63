"""The address of the overview."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Seen
from api.http.dependencies import Data
from api.overview import answers
from dashboard import pages, reads, rendering
from dashboard.alarm_count import COUNTED
from texts import load

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/")
async def overview(request: Request, database: Data, seen: Seen) -> HTMLResponse:
    """All facilities, worst first."""
    shown = reads.shown(await answers.of_all(database, seen))
    return rendering.answer(request, "facilities/facilities.html", pages.overview(shown, load()))
