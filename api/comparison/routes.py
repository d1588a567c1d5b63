"""Facilities compared, as JSON and as CSV."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from api.access import Seen
from api.comparison import answers, table
from api.comparison.models import FacilityComparison
from api.comparison.parameters import MAX_FACILITIES, ComparisonQuery
from api.http.dependencies import Data, Now

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
EXPORTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A line a facility", "content": {"text/csv": {"schema": {"type": "string"}}}}
}

router = APIRouter(prefix="/api/v1", tags=["comparison"])


@router.get("/comparison", summary="Facilities compared by hazard and by value, with how surely each has its rank")
async def comparison(
    database: Data, seen: Seen, now: Now, query: Annotated[ComparisonQuery, Query()]
) -> FacilityComparison:
    """Those you may read and rows of registers that say something of an indicator.

    Two axes with weights of their own, which nothing adds up. Bounds are fixed, so a facility that is added turns no
    other pair. What is not known may be anything. docs/operating/comparison.md.
    """
    return await answers.comparison(database, seen, now, query)


@router.get("/comparison/export", summary="The comparison as CSV", response_class=Response, responses=EXPORTED)
async def comparison_table(
    database: Data, seen: Seen, now: Now, query: Annotated[ComparisonQuery, Query()]
) -> Response:
    """All facilities that are compared, whatever `limit` is; the same weights and seed give the same numbers."""
    whole = query.model_copy(update={"limit": MAX_FACILITIES})
    content = table.csv(await answers.comparison(database, seen, now, whole))
    headers = {"content-disposition": 'attachment; filename="comparison.csv"'}
    return Response(content, headers=headers, media_type=MEDIA_TYPE)
