"""Is the dam safe, what is due, how much margin is left?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access import OfDatastream, OfFacility
from api.http.dependencies import Data, Now
from api.http.parameters import DatastreamRef, FacilityId, Instant, Parameters
from api.safety import answers, changes, hourly
from api.safety.models import Changes, HourlyFigure, Kind, Safety

router = APIRouter(prefix="/api/v1", tags=["facilities"])


class SafetyQuery(Parameters):
    """Which piezometer is looked at more closely."""

    near: Annotated[
        str,
        Field(
            max_length=200,
            description="Piezometer whose response to the pond is told, by its name in the facility file; one that is"
            " not there: the one with the least margin",
            examples=["n07:vw1.level"],
        ),
    ] = ""


@router.get(
    "/facilities/{facility}/safety",
    summary="Margins to each level, freeboard, trends, sections, profiles and what happened",
    dependencies=[Depends(OfFacility("read"))],
)
async def safety_of_facility(
    facility: FacilityId, database: Data, now: Now, query: Annotated[SafetyQuery, Query()]
) -> Safety:
    """Codes and numbers: the page Safety is made of this alone.

    Verdict, sight and reasons stand in the assessment of `overview`. Lengths end in _m, displacements in _mm, lines are
    a day (`per_d`) with the half width of the interval that holds the true slope with `confidence`; a forecast says
    when a line meets the next level, with its earliest and latest day, and is null where none is due.
    """
    return await answers.of_facility(database, facility, now, query.near)


class ChangesQuery(Parameters):
    """Since when."""

    since: Annotated[Instant, Field(description="Such as the time of your last look")]


@router.get(
    "/facilities/{facility}/changes", summary="What changed since a time", dependencies=[Depends(OfFacility("read"))]
)
async def changes_of_facility(
    facility: FacilityId, database: Data, now: Now, query: Annotated[ChangesQuery, Query()]
) -> Changes:
    """Alarms of the dam raised, cleared, acknowledged, their levels and actions done; plans; calibrations."""
    return await changes.since(database, facility, query.since, now)


class FigureQuery(Parameters):
    """Which figure."""

    kind: Annotated[Kind, Field(description="rate: a line fitted to seven days; sum: of 72 hours")] = "rate"


@router.get(
    "/datastreams/{datastream}/figure",
    summary="A rate of a week, or a sum of 72 hours, with the hours that it is made of",
    dependencies=[Depends(OfDatastream("read"))],
)
async def figure_of_datastream(
    datastream: DatastreamRef, database: Data, now: Now, query: Annotated[FigureQuery, Query()]
) -> HourlyFigure:
    """A rate in the unit of the datastream per day with its interval, a sum in its unit, up to now."""
    return await hourly.of_datastream(database, datastream, query.kind, now)
