"""Alarms: what stands now, what is held, what was; one with its context; plans; and the load on people."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.access import Known, OfAlarm, OfFacility, Seen
from api.alarms import answers as alarms
from api.alarms import level_timeline, models, open_alarms, queries, trials
from api.http import answers, cursors, times
from api.http.dependencies import Data, position
from api.http.parameters import AlarmId, Cursor, FacilityId, Id, Instant, Parameters, PlanId
from api.recipients import queries as recipients
from api.recipients.models import Recipients

MAX_ALARMS: Final = 500
MAX_NOTIFICATIONS: Final = 100
NEWEST_NOTICES: Final = 50
READS: Final = [Depends(OfFacility("read"))]

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


class TimelineQuery(Parameters):
    """From when on."""

    from_: Annotated[Instant | None, Field(alias="from", description="Seven days ago")] = None


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
    found = await alarms.listed(
        database, query.list, before, query.limit, query.facility, family=query.family, seen=seen, caller=caller
    )
    following = None
    if len(found.alarms) == query.limit:
        following = answers.next_page(request, cursor=cursors.encode(scope, found.alarms[-1].id))
    return found.model_copy(update={"next": following})


@router.get("/alarm-board", summary="All that stands of alarms now")
async def board(database: Data, seen: Seen, caller: Known) -> models.AlarmBoard:
    """What the alarm pages share: alarms, holds, load, who is called, what is not seen, how the worst values go on."""
    return await alarms.board(database, seen, caller)


@router.get(
    "/alarms/{alarm}", summary="One alarm with context, actions, history", dependencies=[Depends(OfAlarm("read"))]
)
async def one_alarm(alarm: AlarmId, database: Data, caller: Known) -> models.AlarmDetail:
    """The instruments of its failure mode, pond and rain, when it began and now; what is to be done; what was."""
    return await alarms.one(database, caller, alarm)


@router.get("/alarm-holds", summary="What is shelved or out of service")
async def all_holds(database: Data, seen: Seen, caller: Known) -> models.Holds:
    """What ends next first; alarms under a hold are recorded as ever and told to nobody."""
    found = await queries.holds(database, seen)
    return models.Holds(holds=[alarms.shown_hold(one, caller) for one in found])


@router.get("/alarm-count", summary="How many alarms are open")
async def count(database: Data, seen: Seen) -> open_alarms.OpenAlarms:
    """What stands at the top of every page."""
    return await open_alarms.open_alarms(database, seen)


@router.get("/alarm-performance", summary="How much the alarms ask of people")
async def load(database: Data, seen: Seen, query: Annotated[LoadQuery, Query()]) -> models.AlarmPerformance:
    """Rate, flood, chattering, stale and the worst ten, beside limits from a secondary source."""
    return await alarms.load(database, query.days, seen)


@router.get("/facilities/{facility}/plans", summary="Plans", dependencies=READS)
async def plans_of_facility(facility: FacilityId, database: Data) -> models.Plans:
    """The trigger action response plans of the stored facility file, with approval, level and sight."""
    return models.Plans(facility=facility, plans=await alarms.plans(database, facility))


@router.get("/plans", summary="The plans of all facilities")
async def all_plans(database: Data, seen: Seen) -> models.AllPlans:
    """Of up to a hundred facilities that you may read, by id."""
    return await alarms.all_plans(database, seen)


@router.get(
    "/facilities/{facility}/plans/{plan}/level-timeline", summary="At which level a plan stood", dependencies=READS
)
async def timeline(
    facility: FacilityId, plan: PlanId, database: Data, query: Annotated[TimelineQuery, Query()]
) -> models.LevelTimeline:
    """A level that a person lowers stands until then; a plan that never spoke, or that there is not, is green."""
    start = query.from_ or times.now() - timedelta(days=level_timeline.DAYS)
    return await level_timeline.of_plan(database, facility, plan, start)


@router.get(
    "/facilities/{facility}/plans/{plan}/trial",
    summary="What another setting of a plan would have brought",
    dependencies=READS,
)
async def trial_of_plan(request: Request, facility: FacilityId, plan: PlanId, database: Data) -> models.Trial:
    """Replayed on the readings of the last 30 days: more readings in a row, and twice the dead bands."""
    found = await trials.of_app(request.app).of(database, [(facility, plan)], times.now())
    return found[0]


@router.get("/facilities/{facility}/duties", summary="Who holds the named roles of the plans", dependencies=READS)
async def duties_of_facility(facility: FacilityId, database: Data, caller: Known) -> models.Duties:
    """For those with a right of their own; to others it is empty."""
    return await alarms.duties_of(database, caller, facility)


@router.get("/recipients", summary="Who is told of alarms, wherever you may act")
async def all_recipients(database: Data, seen: Seen, caller: Known) -> models.AllRecipients:
    """By which rules, what became of the newest 50 notifications, and who holds the named roles of the plans."""
    return await alarms.all_recipients(database, seen, caller, NEWEST_NOTICES)


@router.get(
    "/facilities/{facility}/recipients", summary="Who is told of alarms", dependencies=[Depends(OfFacility("annotate"))]
)
async def recipients_of_facility(facility: FacilityId, database: Data) -> Recipients:
    """By which rules, and what became of the newest notifications; addresses stay with ingest."""
    seen = frozenset({facility})
    return Recipients(
        facility=facility,
        recipients=await recipients.recipients(database, seen),
        notifications=await recipients.notifications(database, seen, MAX_NOTIFICATIONS),
    )
