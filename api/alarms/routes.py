"""Alarms: what stands now, what is held, what was; one with its context; plans; and the load on people."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.access import Caller, Known, OfAlarm, OfFacility, Seen
from api.alarms import approvals, counting, local_alarms, models, performance, plan_views, queries
from api.assessments import queries as assessments
from api.http import answers, cursors
from api.http.dependencies import Data, position
from api.http.parameters import AlarmId, Cursor, FacilityId, Id, Parameters
from api.recipients import queries as recipients
from api.recipients.models import Recipients

MAX_ALARMS: Final = 500
MAX_NOTICES: Final = 100
SOMEBODY: Final = "somebody"

router = APIRouter(prefix="/api/v1", tags=["alarms"])


class AlarmsQuery(Parameters):
    """Which alarms."""

    list: Annotated[
        Literal["now", "shelved", "history"],
        Field(description="now: open and not held; shelved: open and held; history: all"),
    ] = "now"
    facility: Annotated[Id | None, Field(description="Only of this facility", examples=["vale"])] = None
    family: Annotated[models.Family | None, Field(description="dam: by plans; maintenance: of the equipment")] = None
    limit: Annotated[int, Field(ge=1, le=MAX_ALARMS, description="Alarms in one answer")] = 100
    cursor: Cursor = None


class LoadQuery(Parameters):
    """Over how long."""

    days: Annotated[int, Field(ge=1, le=366, description="How many days back from now")] = 30


@router.get("/alarms", summary="Alarms, the newest first")
async def all_alarms(
    request: Request, database: Data, seen: Seen, caller: Known, query: Annotated[AlarmsQuery, Query()]
) -> models.Alarms:
    """Of the dam and of the equipment; who acknowledged is shown to those with a right of their own."""
    scope = f"alarms {query.list} {query.facility} {query.family}"
    before = position(scope, query.cursor, cursors.MAX_POSITION)
    found = await queries.listed(
        database, query.list, before, query.limit, query.facility, family=query.family, seen=seen
    )
    following = None
    if len(found) == query.limit:
        following = answers.next_page(request, cursor=cursors.encode(scope, found[-1].id))
    return models.Alarms(alarms=[shown(one, caller) for one in found], next=following)


@router.get(
    "/alarms/{alarm}", summary="One alarm with context, actions, history", dependencies=[Depends(OfAlarm("read"))]
)
async def one_alarm(alarm: AlarmId, database: Data, caller: Known) -> models.AlarmDetail:
    """The instruments of its failure mode, pond and rain, when it began and now; what is to be done; what was."""
    return await detail(database, caller, alarm)


@router.get("/alarm-holds", summary="What is shelved or out of service")
async def all_holds(database: Data, seen: Seen, caller: Known) -> models.Holds:
    """What ends next first; alarms under a hold are recorded as ever and told to nobody."""
    found = await queries.holds(database, seen)
    return models.Holds(
        holds=[
            one if caller.may("read", one.facility) else one.model_copy(update={"author": SOMEBODY}) for one in found
        ]
    )


@router.get("/alarm-count", summary="How many alarms are open")
async def count(database: Data, seen: Seen) -> models.OpenAlarms:
    """What stands at the top of every page."""
    return await counting.open_alarms(database, seen)


@router.get("/alarm-load", summary="How much the alarms ask of people")
async def load(database: Data, seen: Seen, query: Annotated[LoadQuery, Query()]) -> models.Load:
    """Rate, flood, chattering, stale and the worst ten, beside limits from a secondary source."""
    return await load_of(database, query.days, seen)


@router.get("/facilities/{facility}/plans", summary="Plans", dependencies=[Depends(OfFacility("read"))])
async def plans_of_facility(facility: FacilityId, database: Data) -> models.Plans:
    """The trigger action response plans of the stored facility file, with approval, level and sight."""
    return models.Plans(facility=facility, plans=await plans(database, facility))


@router.get(
    "/facilities/{facility}/recipients", summary="Who is told of alarms", dependencies=[Depends(OfFacility("annotate"))]
)
async def recipients_of_facility(facility: FacilityId, database: Data) -> Recipients:
    """By which rules, and what became of the newest notices; addresses stay with ingest."""
    seen = frozenset({facility})
    return Recipients(
        facility=facility,
        recipients=await recipients.recipients(database, seen),
        notices=await recipients.notices(database, seen, MAX_NOTICES),
    )


async def plans(database: Data, facility: str) -> list[models.Plan]:
    """Return the plans of a facility as they are shown."""
    now, given = datetime.now(UTC), await approvals.of_facility(database, facility)
    judged = (await assessments.of_facilities(database, [facility], now))[facility]
    modes = {one.plan: one for one in judged.failure_modes}
    rows = await queries.plans(database, facility)
    return [plan_views.view(row, modes.get(row.id), given, now.date()) for row in rows]


async def load_of(database: Data, days: int, seen: frozenset[str] | None) -> models.Load:
    """Return the load of so many days until now."""
    end = datetime.now(UTC)
    start = end - timedelta(days=days)
    raised = await queries.raised(database, start, end, seen)
    return performance.load(raised, await queries.answered(database, start, seen), start, end)


async def detail(database: Data, caller: Caller, id: int) -> models.AlarmDetail:
    """Return one alarm; who did what and said what only for those with a right of their own."""
    found, _ = await queries.one(database, id)
    actions, history = await queries.actions(database, id), await queries.history(database, id)
    if not caller.may("read", found.facility):
        actions = [
            one.model_copy(update={"closed_by": one.closed_by and SOMEBODY, "evidence": None}) for one in actions
        ]
        history = [_without_person(one) for one in history]
    context, gateways = await queries.context(database, id), await local_alarms.of_alarm(database, id)
    if not caller.may("read", found.facility):
        gateways = [one.model_copy(update={"reason": None}) for one in gateways]
    return models.AlarmDetail(
        alarm=shown(found, caller), gateways=gateways, context=context, actions=actions, history=history
    )


def shown(one: models.Alarm, caller: Caller) -> models.Alarm:
    """Return an alarm as this caller may see it."""
    if one.acknowledged_by is None or caller.may("read", one.facility):
        return one
    return one.model_copy(update={"acknowledged_by": SOMEBODY})


def _without_person(line: models.Line) -> models.Line:
    if line.author.startswith("program:"):
        return line
    return line.model_copy(update={"author": SOMEBODY, "note": ""})
