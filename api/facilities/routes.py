"""Facilities, with their nodes and datastreams."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.access import OfFacility, Seen
from api.assessments import queries as assessments
from api.assessments.models import Assessment
from api.datastreams import queries as datastreams
from api.datastreams.models import Datastreams
from api.facilities import queries
from api.facilities.models import Facilities, FacilityDocument
from api.http import answers, cursors
from api.http.dependencies import Data, position
from api.http.parameters import AsOf, Cursor, FacilityId, Id, Parameters
from api.nodes import queries as nodes
from api.nodes.models import Nodes

MAX_FACILITIES: Final = 1_000
MAX_DATASTREAMS: Final = 5_000

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(prefix="/api/v1", tags=["facilities"])


class FacilitiesQuery(Parameters):
    """Which part of the list of facilities."""

    limit: Annotated[int, Field(ge=1, le=MAX_FACILITIES, description="Facilities in one answer")] = 200
    after: Annotated[Id | None, Field(description="Id of the last facility of the page before")] = None


class DatastreamsQuery(Parameters):
    """Which datastreams of a facility."""

    node: Annotated[Id | None, Field(description="Only of this node", examples=["n07"])] = None
    quantity: Annotated[Id | None, Field(description="Only of this quantity", examples=["water-level"])] = None
    limit: Annotated[int, Field(ge=1, le=MAX_DATASTREAMS, description="Datastreams in one answer")] = 1_000
    cursor: Cursor = None
    as_of: AsOf = None


class FacilityQuery(Parameters):
    """Which of its files."""

    as_of: AsOf = None


@router.get("/facilities", summary="All facilities, with the state of their datastreams")
async def all_facilities(
    request: Request, database: Data, seen: Seen, query: Annotated[FacilitiesQuery, Query()]
) -> Facilities:
    """Those you may read, sorted by id. Counts say how many datastreams are fresh, stale or were never measured."""
    commit = await queries.newest_commit(database)
    found = await queries.all_after(database, query.after or "", query.limit, seen)
    following = answers.next_page(request, after=found[-1].id) if len(found) == query.limit else None
    return Facilities(commit=commit, facilities=found, next=following)


@router.get("/facilities/{facility}", summary="One facility with its whole file", dependencies=READS)
async def one_facility(
    facility: FacilityId, database: Data, query: Annotated[FacilityQuery, Query()]
) -> FacilityDocument:
    """The file holds agents, nodes, instruments with dated calibrations, datastreams with formulas and filters."""
    return await queries.one(database, facility, query.as_of)


@router.get(
    "/facilities/{facility}/assessment",
    summary="Is it safe, and could that be seen? Per failure mode",
    dependencies=READS,
)
async def assessment_of_facility(facility: FacilityId, database: Data) -> Assessment:
    """Made by ingest after each commit and each minute; one that has expired reads as blind."""
    return await assessments.of_facility(database, facility)


@router.get(
    "/facilities/{facility}/nodes", summary="Nodes: who is silent, and the state of their batteries", dependencies=READS
)
async def nodes_of_facility(facility: FacilityId, database: Data) -> Nodes:
    """A node is silent when no pack came for two of its expected intervals."""
    return Nodes(nodes=await nodes.of_facility(database, facility), agents=await nodes.agents(database, facility))


@router.get(
    "/facilities/{facility}/datastreams",
    summary="Datastreams with newest observation and coverage",
    dependencies=READS,
    response_class=Response,
    responses={200: {"model": Datastreams}},
)
async def datastreams_of_facility(
    request: Request, facility: FacilityId, database: Data, query: Annotated[DatastreamsQuery, Query()]
) -> Response:
    """In the order of their ids. A datastream that was never measured has no `latest`.

    With `as_of` the newest observation is the one that was known then; datastreams are listed as they are named now.
    """
    scope = f"datastreams {facility} {query.node} {query.quantity} {query.as_of or ''}".rstrip()
    after = position(scope, query.cursor, 0)
    asked = (query.node, query.quantity, query.as_of)
    commit, found = await datastreams.documents(database, facility, after, query.limit, *asked)
    following = None
    if len(found) == query.limit:
        following = answers.next_page(request, cursor=cursors.encode(scope, found[-1].id))
    body = msgspec.json.encode({"next": following, "commit": commit, "as_of": query.as_of, "datastreams": found})
    return answers.json(request, body, following, has_ages=query.as_of is None)
