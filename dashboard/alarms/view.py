"""The addresses of the alarm pages."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Caller, Known, OfAlarm, OfFacility, Seen
from api.alarms import answers, level_timeline, trials
from api.events import answers as events
from api.evidence import answers as evidence
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data
from api.http.parameters import AlarmId, FacilityId, PlanId
from api.overview import answers as overview
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.alarms import backtest, board, level_steps, log, page, rationalisation
from texts import load

from .board import AlarmBoardView

MAX_NOTICES: Final = 50

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


async def _board(database: Data, seen: Seen, caller: Caller) -> AlarmBoardView:
    return board.of_answer(await answers.board(database, seen, caller), caller)


@router.get("/alarms")
async def now(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """What needs me now."""
    found = await _board(database, seen, caller)
    timeline = None
    if found.dam:
        worst = found.dam[0]
        timeline = await level_timeline.of_plan(database, worst.facility, worst.rule, level_steps.start_of(found.now))
    tried = await trials.of_app(request.app).of(database, rationalisation.places(found), found.now)
    return rendering.answer(request, "alarms/alarms.html", page.now(found, load(), timeline, tried))


@router.get("/alarms/shelved")
async def shelved(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """What is held, and until when."""
    return rendering.answer(
        request, "alarms/alarms_shelved.html", page.shelved(await _board(database, seen, caller), load())
    )


@router.get("/alarms/history")
async def history(
    request: Request,
    database: Data,
    seen: Seen,
    caller: Known,
    before: Annotated[int, Query(ge=1, le=MAX_POSITION)] = MAX_POSITION,
) -> HTMLResponse:
    """All alarms, the newest first."""
    found = await _board(database, seen, caller)
    past = await answers.listed(database, "history", before, page.MAX_PAST, None, family=None, seen=seen, caller=caller)
    return rendering.answer(request, "alarms/alarms_history.html", page.history(found, load(), past))


@router.get("/alarms/log.csv")
async def as_file(database: Data, seen: Seen, caller: Known) -> Response:
    """The newest ten thousand alarms as a file."""
    found = await answers.listed(
        database, "history", MAX_POSITION, log.MAX_ROWS, None, family=None, seen=seen, caller=caller
    )
    hashes = await evidence.hashes(database, caller, {one.facility for one in found.alarms})
    return Response(log.lines(found.alarms, hashes, load()), media_type="text/csv; charset=utf-8")


@router.get("/alarms/plans")
async def plans(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """The plans of all facilities."""
    found = await _board(database, seen, caller)
    context = page.plans(found, load(), await answers.all_plans(database, seen))
    return rendering.answer(request, "alarms/alarms_plans.html", context)


@router.get("/alarms/recipients")
async def who_is_told(
    request: Request, database: Data, seen: Seen, caller: Known, change: Annotated[int | None, Query(ge=1)] = None
) -> HTMLResponse:
    """Who is told, for those who may act."""
    found = await _board(database, seen, caller)
    told = await answers.all_recipients(database, seen, caller, MAX_NOTICES)
    acts = caller.facilities("annotate")
    own = await answers.all_plans(database, seen if acts is None else acts if seen is None else acts & seen)
    context = page.recipients(found, load(), told, own, change)
    return rendering.answer(request, "alarms/alarms_recipients.html", context)


@router.get("/alarms/hand-over")
async def handed_over(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """What one shift leaves to the next, for those who may act."""
    found = await _board(database, seen, caller)
    return rendering.answer(request, "alarms/alarms_hand_over.html", page.handed_over(found, load()))


@router.get("/alarms/{alarm}", dependencies=[Depends(OfAlarm("read"))])
async def event(request: Request, alarm: AlarmId, database: Data, caller: Known) -> HTMLResponse:
    """One alarm with context and actions."""
    found = await answers.one(database, caller, alarm)
    shown = reads.shown(await overview.of_facility(database, found.alarm.facility))
    return rendering.answer(request, "alarms/alarm.html", page.event(found, load(), shown, caller))


@router.get("/f/{facility}/plans/{plan}", dependencies=[Depends(OfFacility("read"))])
async def plan(request: Request, facility: FacilityId, plan: PlanId, database: Data, caller: Known) -> HTMLResponse:
    """One plan with its approval."""
    shown = reads.shown(await overview.of_facility(database, facility))
    found = await answers.plan(database, facility, plan)
    known = await answers.duties_of(database, caller, facility)
    return rendering.answer(request, "alarms/plan.html", page.plan(found, known, load(), shown, caller))


@router.get("/f/{facility}/plans/{plan}/backtest", dependencies=[Depends(OfFacility("read"))])
async def replayed(
    request: Request,
    facility: FacilityId,
    plan: PlanId,
    database: Data,
    caller: Known,
    asked: Annotated[int | None, Query(alias="command", ge=1, le=MAX_POSITION)] = None,
    for_n: Annotated[int | None, Query(ge=1, le=1000)] = None,
    wider: Annotated[float | None, Query(gt=0, le=100)] = None,
) -> HTMLResponse:
    """A plan replayed on history: the form, and what a command for it gave."""
    shown = reads.shown(await overview.of_facility(database, facility))
    found = await answers.plan(database, facility, plan)
    done = await answers.back_test(database, caller, facility, plan, asked) if asked else None
    recorded = await level_timeline.of_plan(database, facility, plan, backtest.start_of(done)) if done else None
    change = backtest.Change(for_n, wider)
    told = await events.of_facility(database, facility, backtest.start_of(done), shown.now) if done else None
    context = backtest.page(found, load(), shown, done, change, recorded=recorded, events=told)
    return rendering.answer(request, "alarms/backtest.html", context)
