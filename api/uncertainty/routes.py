"""Uncertainty of several series of a facility over one interval."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access import OfFacility
from api.datastreams import queries as datastreams
from api.http.dependencies import Data
from api.http.parameters import FacilityId, Instant, Parameters
from api.observations.window import window
from api.uncertainty import answers
from api.uncertainty.models import Uncertainties

MAX_DATASTREAMS: Final = 20
MAX_COUNT: Final = 100

router = APIRouter(prefix="/api/v1", tags=["observations"])


class UncertaintyQuery(Parameters):
    """Which datastreams, when, and at how many times."""

    datastream: Annotated[
        tuple[Annotated[str, Field(max_length=200)], ...],
        Field(min_length=1, max_length=MAX_DATASTREAMS, description="Full names or ids; repeat it for more"),
    ]
    from_: Annotated[Instant | None, Field(alias="from", description="RFC 3339, included; the first there is")] = None
    to: Annotated[Instant | None, Field(description="RFC 3339, not included; the last there is")] = None
    count: Annotated[int, Field(ge=1, le=MAX_COUNT, description="At so many times of each series, at most")] = 24


@router.get(
    "/facilities/{facility}/uncertainty",
    summary="How far the values of several datastreams may err",
    dependencies=[Depends(OfFacility("read"))],
)
async def uncertainty_of_facility(
    facility: FacilityId, database: Data, query: Annotated[UncertaintyQuery, Query()]
) -> Uncertainties:
    """Expanded uncertainty by the GUM, from the budgets of the facility file that is in force now.

    Worked out when it is asked for, from the readings that a value was made of; without times where nothing was
    measured, or where a formula looks at a window of more than 200,000 readings.
    """
    found = await datastreams.some(database, facility, query.datastream)
    asked = [(one, window(query.from_, query.to, one.coverage)) for one in found]
    return await answers.of_series(database, facility, asked, query.count)
