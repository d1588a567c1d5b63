"""The database of closed facilities: as JSON page by page, and as CSV."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.access import Seen
from api.closed_facilities import answers, table
from api.closed_facilities.filters import ClosedFilter, scope_of
from api.closed_facilities.models import ClosedFacilities
from api.http import cursors
from api.http.answers import next_page
from api.http.dependencies import Data, position
from api.http.parameters import Cursor
from api.region.routes import Cached

MAX_FACILITIES: Final = 500
EXPORTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A line a facility", "content": {"text/csv": {"schema": {"type": "string"}}}}
}

router = APIRouter(prefix="/api/v1", tags=["closed facilities"])


class ClosedQuery(ClosedFilter):
    """Which part of the closed facilities."""

    limit: Annotated[int, Field(ge=1, le=MAX_FACILITIES, description="Facilities in one answer")] = 100
    cursor: Cursor = None


@router.get("/closed-facilities", summary="Closed facilities by Article 27(4), with what is missing of each")
async def closed_facilities(
    request: Request, database: Data, seen: Seen, kept: Cached, query: Annotated[ClosedQuery, Query()]
) -> ClosedFacilities:
    """Those of registers that you may read, each once, with counts over all of them and the dates of the article.

    Empty fields are counted as missing, and what only a screening states is counted apart.
    docs/operating/closed-facilities.md.
    """
    scope = scope_of(query)
    after = position(scope, query.cursor, 0)
    found = await answers.of_seen(database, kept.amounts, seen, query, after=after, limit=query.limit)
    if len(found.facilities) < query.limit:
        return found
    cursor = cursors.encode(scope, found.facilities[-1].number)
    return found.model_copy(update={"next": next_page(request, cursor=cursor)})


@router.get(
    "/closed-facilities/export", summary="Closed facilities as CSV", response_class=Response, responses=EXPORTED
)
async def closed_facilities_table(
    database: Data, seen: Seen, kept: Cached, query: Annotated[ClosedFilter, Query()]
) -> Response:
    """All that meet what is asked for, each field with its state and its source."""
    content = table.csv(await answers.of_seen(database, kept.amounts, seen, query, after=0, limit=None))
    headers = {"content-disposition": 'attachment; filename="closed-facilities.csv"'}
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")
