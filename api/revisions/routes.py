"""What was changed after the fact, by whom and why; and what was said of spans."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.access import OfFacility
from api.http import answers, cursors
from api.http.dependencies import Data, position
from api.http.parameters import Cursor, FacilityId, Instant, Parameters
from api.revisions import queries
from api.revisions.models import Annotations, Revisions

MAX_ROWS: Final = 500
READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(prefix="/api/v1", tags=["revisions"])


class RevisionsQuery(Parameters):
    """How many revisions, and from where on."""

    limit: Annotated[int, Field(ge=1, le=MAX_ROWS, description="Revisions in one answer")] = 50
    cursor: Cursor = None


class AnnotationsQuery(Parameters):
    """Which annotations."""

    from_: Annotated[Instant | None, Field(alias="from", description="Only those that end after it")] = None
    to: Annotated[Instant | None, Field(description="Only those that begin before it")] = None
    withdrawn: Annotated[bool, Field(description="true: with those that were withdrawn")] = False
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS, description="Annotations in one answer")] = 50
    cursor: Cursor = None


@router.get("/facilities/{facility}/revisions", summary="Changes of stored values and flags", dependencies=READS)
async def revisions_of_facility(
    request: Request, facility: FacilityId, database: Data, query: Annotated[RevisionsQuery, Query()]
) -> Revisions:
    """The newest first. `as_of` shows a series as it was before one: give its `made_at`."""
    scope = f"revisions {facility}"
    before = position(scope, query.cursor, cursors.MAX_POSITION)
    found = await queries.of_facility(database, facility, before, query.limit)
    last = found[-1].id if len(found) == query.limit else None
    return Revisions(facility=facility, revisions=found, next=_following(request, scope, last))


@router.get("/facilities/{facility}/annotations", summary="What was said of spans of time", dependencies=READS)
async def annotations_of_facility(
    request: Request, facility: FacilityId, database: Data, query: Annotated[AnnotationsQuery, Query()]
) -> Annotations:
    """The newest first, of single datastreams and of the whole facility."""
    filters: queries.Filters = {"start": query.from_, "end": query.to, "withdrawn": query.withdrawn}
    scope = f"annotations {facility} {filters}"
    before = position(scope, query.cursor, cursors.MAX_POSITION)
    found = await queries.annotations(database, facility, before, query.limit, filters)
    last = found[-1].id if len(found) == query.limit else None
    return Annotations(facility=facility, annotations=found, next=_following(request, scope, last))


def _following(request: Request, scope: str, last: int | None) -> str | None:
    return None if last is None else answers.next_page(request, cursor=cursors.encode(scope, last))
