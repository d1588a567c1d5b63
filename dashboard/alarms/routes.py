"""The addresses of the alarm pages."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Final

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Known, OfAlarm, OfFacility, Seen
from api.alarms import queries as queried
from api.alarms import routes as addresses
from api.alarms.models import Plan
from api.http.dependencies import Data
from api.http.errors import NotFound
from api.http.parameters import AlarmId, FacilityId
from api.recipients import queries as recipients
from dashboard import reads as facilities
from dashboard import rendering
from dashboard.counting import COUNTED
from texts import load

from . import backtest, duties, hints, log, page, reads, trials
from .trials import Trials

MAX_NOTICES: Final = 50
MAX_ID: Final = 2**63 - 1
PlanId = Annotated[str, Path(max_length=100)]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@cache
def trials_of(app: FastAPI) -> Trials:
    """Give what was reckoned in this app."""
    return Trials()


@router.get("/alarms")
async def now(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """What needs me now."""
    board = await reads.board(database, seen, caller)
    said = await reads.said(database, board.dam[0], board.now) if board.dam else []
    tried = await trials_of(request.app).of(database, hints.places(board), board.now)
    return rendering.answer(request, "alarms.html", page.now(board, load(), said, tried))


@router.get("/alarms/shelved")
async def shelved(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """What is held, and until when."""
    board = await reads.board(database, seen, caller)
    return rendering.answer(request, "alarms_shelved.html", page.shelved(board, load()))


@router.get("/alarms/history")
async def history(
    request: Request, database: Data, seen: Seen, caller: Known, before: Annotated[int, Query(ge=1, le=MAX_ID)] = MAX_ID
) -> HTMLResponse:
    """All alarms, the newest first."""
    board = await reads.board(database, seen, caller)
    past = await reads.past(database, seen, caller, before)
    board = replace(board, names=await reads.names_in(database, past, caller))
    following = f"/alarms/history?before={past[-1].id}" if len(past) == reads.MAX_LISTED // 3 else None
    return rendering.answer(request, "alarms_history.html", page.history(board, load(), past, following))


@router.get("/alarms/log.csv")
async def as_file(database: Data, seen: Seen, caller: Known) -> Response:
    """The newest ten thousand alarms as a file."""
    found = await queried.listed(database, "history", MAX_ID, log.MAX_ROWS, None, family=None, seen=seen)
    return Response(log.lines(addresses.shown(one, caller) for one in found), media_type="text/csv; charset=utf-8")


@router.get("/alarms/plans")
async def plans(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """The plans of all facilities."""
    board = await reads.board(database, seen, caller)
    shown = await facilities.everything(database, board.now, seen)
    found = [(one, await addresses.plans(database, one.id)) for one in shown.facilities[: reads.MAX_FACILITIES]]
    return rendering.answer(request, "alarms_plans.html", page.plans(board, load(), found))


@router.get("/alarms/recipients")
async def who_is_told(
    request: Request, database: Data, seen: Seen, caller: Known, change: Annotated[int | None, Query(ge=1)] = None
) -> HTMLResponse:
    """Who is told, for those who may act."""
    board = await reads.board(database, seen, caller)
    own = caller.facilities("annotate")
    known = await recipients.recipients(database, own)
    notices = await recipients.notices(database, own, MAX_NOTICES)
    roles = await reads.roles(database, board, seen, load())
    context = page.recipients(board, load(), known, notices, change) | {"roles": roles}
    return rendering.answer(request, "alarms_recipients.html", context)


@router.get("/alarms/{alarm}", dependencies=[Depends(OfAlarm("read"))])
async def event(request: Request, alarm: AlarmId, database: Data, caller: Known) -> HTMLResponse:
    """One alarm with context and actions."""
    found, facility, shown, names, moves = await reads.one(database, caller, alarm)
    may = {role: caller.may(role, facility.id) for role in ("annotate", "approve")}
    context = page.event(found, facility, load(), shown, names, may=may, moves=moves)
    return rendering.answer(request, "alarm.html", context)


@router.get("/f/{facility}/plans/{plan}", dependencies=[Depends(OfFacility("read"))])
async def plan(request: Request, facility: FacilityId, plan: PlanId, database: Data, caller: Known) -> HTMLResponse:
    """One plan with its approval."""
    shown = await facilities.one(database, facility, datetime.now(UTC))
    found = await _plan(database, facility, plan)
    answering = duties.of_plan(found, await reads.answering(database, caller, facility), load())
    may = caller.may("approve", facility)
    context = page.plan(found, shown.facilities[0], load(), shown, may) | {"answering": answering}
    return rendering.answer(request, "plan.html", context)


@router.get("/f/{facility}/plans/{plan}/backtest", dependencies=[Depends(OfFacility("read"))])
async def replayed(
    request: Request,
    facility: FacilityId,
    plan: PlanId,
    database: Data,
    caller: Known,
    asked: Annotated[int | None, Query(alias="request", ge=1, le=MAX_ID)] = None,
    for_n: Annotated[int | None, Query(ge=1, le=1000)] = None,
    wider: Annotated[float | None, Query(gt=0, le=100)] = None,
) -> HTMLResponse:
    """A plan replayed on history: the form, and what a request for it gave."""
    shown = await facilities.one(database, facility, datetime.now(UTC))
    found = await _plan(database, facility, plan)
    outcome = await reads.replayed(database, caller, facility, plan, asked) if asked else None
    context = backtest.page(found, shown.facilities[0], load(), shown, outcome, change=trials.Change(for_n, wider))
    return rendering.answer(request, "backtest.html", context)


async def _plan(database: Data, facility: str, plan: str) -> Plan:
    found = next((one for one in await addresses.plans(database, facility) if one.id == plan), None)
    if found is None:
        raise NotFound(f"There is no such plan in {facility}; /alarms/plans lists them.", "plan")
    return found
