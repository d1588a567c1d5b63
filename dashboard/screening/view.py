"""The address of the page of screenings."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.access import Known, Seen
from api.access.roles import EVERYWHERE
from api.http import cursors
from api.http.dependencies import Data, position
from api.http.parameters import Cursor
from api.overview import answers as overview
from api.screening import answers
from api.screening.filters import PRINTED, IntervalFilter, PlanFilter, scope_of
from api.screening.models import ScreeningIntervals
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.screening import page
from texts import load

ON_A_PAGE: Final = 50

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


class ScreeningPageQuery(PlanFilter):
    """Which part of the list the page shows, and what is planned."""

    search: Annotated[str | None, Field(max_length=100, pattern=PRINTED)] = None
    cursor: Cursor = None


@router.get("/screening")
async def screening(
    request: Request, database: Data, seen: Seen, caller: Known, query: Annotated[ScreeningPageQuery, Query()]
) -> HTMLResponse:
    """The newest screening that the caller may read, its intervals by name, and the sampling plan."""
    sees_all = seen is None
    found, which = await answers.newest(database, sees_all), IntervalFilter(element=query.element, search=query.search)
    listed, following = ScreeningIntervals(total=0, intervals=[]), ""
    if found.run is not None:
        scope = scope_of(which, found.run.number)
        after = position(scope, query.cursor, 0)
        listed = await answers.intervals(database, which, found.run.number, sees_all, after=after, limit=ON_A_PAGE)
        if len(listed.intervals) == ON_A_PAGE:
            following = cursors.encode(scope, listed.intervals[-1].number)
    context = page.screening(
        reads.shown(await overview.of_all(database, seen)),
        found,
        listed,
        await answers.scores(database, sees_all),
        await answers.plan(database, None if found.run is None else found.run.number, query, sees_all),
        asked=page.ShownQuery.of(which.asked, query, following),
        may_run=caller.may("approve", EVERYWHERE),
        texts=load(),
    )
    return rendering.answer(request, "screening/screening.html", context)
