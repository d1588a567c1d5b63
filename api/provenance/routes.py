"""Where a figure comes from."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access import Known, OfDatastream
from api.http.dependencies import Data
from api.http.parameters import DatastreamRef, Instant, Parameters
from api.provenance import answers
from api.provenance.models import Provenance

router = APIRouter(prefix="/api/v1", tags=["observations"])


class ProvenanceQuery(Parameters):
    """Which figure."""

    at: Annotated[Instant | None, Field(description="RFC 3339: the observation at or before it; the newest")] = None


@router.get(
    "/datastreams/{datastream}/provenance",
    summary="Where one observation comes from, back to what was measured",
    dependencies=[Depends(OfDatastream("read"))],
)
async def provenance_of_datastream(
    datastream: DatastreamRef, database: Data, caller: Known, query: Annotated[ProvenanceQuery, Query()]
) -> Provenance:
    """Formula, calibration in force, quality with its tests, each input in turn, the facility file with its audit row,
    and the same figure computed again from the stored inputs.
    """
    return await answers.of_datastream(database, caller, datastream, query.at)
