"""Screenings: the newest, its intervals, how they held, the sampling plan, and a further one."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.access import Known, Seen, Signed, tokens
from api.commands import answers as commands
from api.commands.models import Command
from api.http import cursors
from api.http.answers import next_page
from api.http.dependencies import Data, position
from api.http.parameters import Cursor, FormToken
from api.screening import answers, models
from api.screening.filters import IntervalFilter, PlanFilter, scope_of

MAX_INTERVALS: Final = 500

router = APIRouter(prefix="/api/v1", tags=["screening"])


class IntervalsQuery(IntervalFilter):
    """Which part of the intervals."""

    limit: Annotated[int, Field(ge=1, le=MAX_INTERVALS, description="Intervals in one answer")] = 100
    cursor: Cursor = None


@router.get("/screening", summary="The newest screening of facilities, and how intervals held")
async def newest(database: Data, seen: Seen) -> models.ScreeningDocument:
    """Of what is public, or of all for who may read every facility. A screening is no estimate."""
    return await answers.newest(database, seen is None)


@router.get("/screening/intervals", summary="Intervals of the newest screening, by name")
async def intervals(
    request: Request, database: Data, seen: Seen, query: Annotated[IntervalsQuery, Query()]
) -> models.ScreeningIntervals:
    """P90, P50 and P10 of the mean grade of each element, with where they come from; or why there is none."""
    run = (await answers.newest(database, seen is None)).run
    if run is None:
        return models.ScreeningIntervals(total=0, intervals=[])
    scope = scope_of(query, run.number)
    after = position(scope, query.cursor, 0)
    found = await answers.intervals(database, query, run.number, seen is None, after=after, limit=query.limit)
    if len(found.intervals) < query.limit:
        return found
    cursor = cursors.encode(scope, found.intervals[-1].number)
    return found.model_copy(update={"next": next_page(request, cursor=cursor)})


@router.get("/screening/scores", summary="How intervals held what was sampled after them")
async def scores(database: Data, seen: Seen) -> models.ScreeningScores:
    """The newest hundred; each interval is scored once, by the first places that came after it."""
    return await answers.scores(database, seen is None)


@router.get("/screening/plan", summary="Where the next samples take away most doubt for their cost")
async def plan(database: Data, seen: Seen, query: Annotated[PlanFilter, Query()]) -> models.ScreeningPlan:
    """Over all facilities whose dry mass is stated, by the closed form of the model (docs/operating/screening.md)."""
    run = (await answers.newest(database, seen is None)).run
    return await answers.plan(database, None if run is None else run.number, query, seen is None)


@router.post(
    "/screening/runs",
    summary="Run a screening",
    status_code=202,
    dependencies=[Depends(Signed())],
)
async def run(
    response: Response,
    database: Data,
    caller: Known,
    asked: models.NewScreening,
    x_form_token: FormToken = None,
) -> Command:
    """Of what is public, and of all; the same inputs change nothing. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return commands.accepted(
        response, await commands.give_everywhere(database, caller, answers.KIND, asked.model_dump())
    )
