"""The address of the overview."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Seen
from api.http.dependencies import Data
from api.overview import answers
from api.overview.selection import OverviewQuery
from dashboard import rendering
from dashboard.alarm_count import COUNTED
from texts import load

from . import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/")
async def overview(
    request: Request, database: Data, seen: Seen, query: Annotated[OverviewQuery, Query()]
) -> HTMLResponse:
    """Facilities, worst first: all, or those that meet what is asked for."""
    asked = query.model_copy(update={"limit": page.ON_A_PAGE})
    answer = await answers.of_all(database, seen, query=asked)
    return rendering.answer(request, "facilities/facilities.html", page.context(answer, asked, load()))
