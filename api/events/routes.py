"""What happened in a facility."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access import OfFacility
from api.events import answers
from api.events.models import FacilityEvents
from api.http import times
from api.http.dependencies import Data, Now
from api.http.errors import BadParameter
from api.http.parameters import FacilityId, Instant, Parameters
from api.observations.window import MAX_INTERVAL
from tailings.instants import rfc3339

router = APIRouter(prefix="/api/v1", tags=["facilities"])
LAST: Final = timedelta(days=30)


class EventsQuery(Parameters):
    """Which window."""

    start: Annotated[Instant | None, Field(alias="from", description="Included; 30 days before the end")] = None
    end: Annotated[Instant | None, Field(alias="to", description="Not included; now")] = None


@router.get(
    "/facilities/{facility}/events",
    summary="Alarms, calibrations, rain storms, notes, changes and gaps in a window",
    dependencies=[Depends(OfFacility("read"))],
)
async def events_of_facility(
    facility: FacilityId, database: Data, now: Now, query: Annotated[EventsQuery, Query()]
) -> FacilityEvents:
    """What the charts mark: codes, times and numbers, the first first.

    At most 100 of each kind, the newest of the window. A rain storm is rain with no six dry hours in it, of 5.1 mm at
    least, by the hours of the facility's gauges; storms are looked for in the last 366 days of the window.
    """
    end = query.end or now
    start = query.start or max(end, times.EPOCH + LAST) - LAST
    if not times.EPOCH <= start < end or end - start > MAX_INTERVAL:
        raise BadParameter(
            f"from ({rfc3339(start)}) must be before to ({rfc3339(end)}), by 50 years at most, and not before 1970.",
            "from",
        )
    return await answers.of_facility(database, facility, start, end)
