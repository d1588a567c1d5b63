"""The address of the comparison."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Seen
from api.comparison import answers
from api.comparison.parameters import ComparisonQuery
from api.http.dependencies import Data, Now
from api.overview import answers as overview
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.compare import page
from texts import load

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/compare")
async def comparison(
    request: Request, database: Data, seen: Seen, now: Now, query: Annotated[ComparisonQuery, Query()]
) -> HTMLResponse:
    """Facilities on two axes, with the weights that are asked for."""
    asked = query.model_copy(update={"limit": min(query.limit, page.ON_A_PAGE)})
    found = await answers.comparison(database, seen, now, asked)
    shown = reads.shown(await overview.of_all(database, seen, now))
    return rendering.answer(request, "compare/compare.html", page.context(shown, found, asked, load()))
