"""Where a figure comes from."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access import OfDatastream
from api.datastreams import queries as datastreams
from api.http.dependencies import Data
from api.http.parameters import DatastreamRef, Instant, Parameters
from api.provenance import trace
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
    datastream: DatastreamRef, database: Data, query: Annotated[ProvenanceQuery, Query()]
) -> Provenance:
    """Formula, calibration in force, quality with its tests, each input in turn, the facility file with its audit row,
    and the same figure computed again from the stored inputs.
    """
    found = await datastreams.find(database, datastream)
    return await trace.trace(database, found, query.at or datetime.now(UTC))
