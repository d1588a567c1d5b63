"""Coverage: on which days each datastream of a facility has observations."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access import OfFacility
from api.coverage import queries
from api.coverage.models import FacilityCoverage
from api.http.dependencies import Data
from api.http.errors import BadParameter
from api.http.parameters import FacilityId, Parameters

DEFAULT_DAYS: Final = 60
MAX_DAYS: Final = 366
MAX_DATASTREAMS: Final = 2_000

router = APIRouter(prefix="/api/v1", tags=["observations"])


class CoverageQuery(Parameters):
    """Which days."""

    from_: Annotated[date | None, Field(alias="from", description="First day (UTC); 60 days up to the last")] = None
    to: Annotated[date | None, Field(description="Last day (UTC), included; today")] = None


@router.get(
    "/facilities/{facility}/coverage",
    summary="Which days have observations, of each datastream",
    dependencies=[Depends(OfFacility("read"))],
)
async def coverage_of_facility(
    facility: FacilityId, database: Data, query: Annotated[CoverageQuery, Query()]
) -> FacilityCoverage:
    """In the order of ids; of each day in how many of its four quarters there is at least one observation."""
    last = query.to or datetime.now(UTC).date()
    first = query.from_ or last - timedelta(days=min(DEFAULT_DAYS, last.toordinal()) - 1)
    if first > last:
        raise BadParameter(f"from ({first}) must not be after to ({last}); exchange them.", "from")
    days = (last - first).days + 1
    if days > MAX_DAYS:
        raise BadParameter(f"from and to may hold at most {MAX_DAYS} days; ask for parts.", "from")
    if last == date.max:
        raise BadParameter("to is the end of the calendar; give an earlier day.", "to")
    found = await queries.of_facility(database, facility, first, days, MAX_DATASTREAMS)
    return FacilityCoverage(facility=facility, first_day=first, days=days, datastreams=found)
