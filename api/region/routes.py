"""A region: facilities of this site and of registers in one answer, and where they lie."""

from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.access import Seen
from api.http import cursors
from api.http.answers import next_page
from api.http.dependencies import Data, position
from api.http.parameters import Cursor
from api.region import answers
from api.region.answers import EntryPart, RegionCache
from api.region.filters import RegionFilter
from api.region.models import Region, RegionPlaces
from api.register.filters import scope_of

MAX_ENTRIES: Final = 500

router = APIRouter(prefix="/api/v1", tags=["region"])


async def _kept(request: Request) -> RegionCache:
    """What is reckoned once for all requests of this process."""
    state = request.app.state
    if getattr(state, "region", None) is None:
        state.region = RegionCache(state.state_folder)
    return cast(RegionCache, state.region)


Cached = Annotated[RegionCache, Depends(_kept)]


class RegionQuery(RegionFilter):
    """Which part of the rows of registers."""

    limit: Annotated[int, Field(ge=1, le=MAX_ENTRIES, description="Rows of registers in one answer")] = 100
    cursor: Cursor = None


@router.get("/region", summary="A region: facilities, what needs a look, sums with their doubt")
async def region(
    request: Request, database: Data, seen: Seen, kept: Cached, query: Annotated[RegionQuery, Query()]
) -> Region:
    """Measured facilities and rows of registers that meet what is asked for; what the page `/region` is made of."""
    scope = scope_of(query)
    part = EntryPart(position(scope, query.cursor, 0), query.limit)
    found = await answers.of_region(database, kept, query, seen, part)
    if len(found.entries) < query.limit:
        return found
    return found.model_copy(update={"next": next_page(request, cursor=cursors.encode(scope, found.entries[-1].number))})


@router.get("/region/places", summary="Where the facilities of a region lie")
async def region_places(
    database: Data, seen: Seen, kept: Cached, query: Annotated[RegionFilter, Query()]
) -> RegionPlaces:
    """Measured ones with their states, and at most 5,000 rows of registers: what the map of `/region` is made of."""
    return await answers.places(database, kept, query, seen)
