"""The address of the page of closed facilities."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Seen
from api.closed_facilities import answers
from api.closed_facilities.filters import ClosedFilter, scope_of
from api.http import cursors
from api.http.dependencies import Data, position
from api.http.parameters import Cursor
from api.overview import answers as overview
from api.region.routes import Cached
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.closed import page
from texts import load

ON_A_PAGE: Final = 50

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


class ClosedPageQuery(ClosedFilter):
    """Which part of the list the page shows."""

    cursor: Cursor = None


@router.get("/closed")
async def closed(
    request: Request, database: Data, seen: Seen, kept: Cached, query: Annotated[ClosedPageQuery, Query()]
) -> HTMLResponse:
    """Closed facilities that the caller may read, with completeness, dates, and what is left out."""
    scope = scope_of(query)
    after = position(scope, query.cursor, 0)
    found = await answers.of_seen(database, kept.amounts, seen, query, after=after, limit=ON_A_PAGE)
    following = cursors.encode(scope, found.facilities[-1].number) if len(found.facilities) == ON_A_PAGE else ""
    context = page.context(
        reads.shown(await overview.of_all(database, seen)),
        found,
        query.asked,
        following,
        plan=query,
        texts=load(),
    )
    return rendering.answer(request, "closed/closed.html", context)
