"""The address of the page of charts."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Seen
from api.events import answers as events
from api.http.dependencies import Data
from api.overview import answers
from api.series import workspace
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.workspace import page
from dashboard.workspace.choice import ChartChoice
from texts import load

POINTS: Final = 400

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/charts")
async def charts(request: Request, database: Data, seen: Seen) -> HTMLResponse:
    """Any series that the caller may see, as the address asks."""
    shown = reads.shown(await answers.of_all(database, seen))
    choice = ChartChoice.of(request.query_params)
    choice = choice.named(await workspace.names_of_ids(database, seen, choice.names))
    shows, question = choice.question(page.zone_of(shown, choice), shown.now)
    found = await workspace.of_question(database, seen, question, POINTS)
    drawn = sorted({one.facility for one in found.series})
    told = [await events.of_facility(database, one, shows.start, shows.end) for one in drawn]
    context = page.page(shown, choice, shows, found, told, api=choice.api_address(question), texts=load())
    return rendering.answer(request, "workspace/workspace.html", context)
