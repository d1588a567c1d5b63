"""The address of the page of a region."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Seen
from api.http import cursors
from api.http.dependencies import Data, position
from api.http.errors import NotFound
from api.http.parameters import Cursor
from api.region import answers
from api.region.answers import EntryPart
from api.region.filters import NUTS, RegionFilter
from api.region.routes import Cached
from api.register.filters import scope_of
from dashboard import rendering
from dashboard.alarm_count import COUNTED
from dashboard.region import page
from texts import load

ON_A_PAGE: Final = 25

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


class RegionPageQuery(RegionFilter):
    """Which part of the rows of registers the page shows."""

    cursor: Cursor = None


Code = Annotated[str, Path(pattern=NUTS, description="Code of a region, or how it begins")]


@router.get("/region")
async def region(
    request: Request, database: Data, seen: Seen, kept: Cached, query: Annotated[RegionPageQuery, Query()]
) -> HTMLResponse:
    """Facilities of this site and of registers: what needs a look, sums, the map and the list."""
    return await _shown(request, database, seen, kept, query)


@router.get("/region/{nuts}")
async def one_region(
    request: Request, database: Data, seen: Seen, kept: Cached, nuts: Code, query: Annotated[RegionPageQuery, Query()]
) -> HTMLResponse:
    """The same of one region, under an address that can be sent; raise NotFound for one that there is not."""
    return await _shown(request, database, seen, kept, query.model_copy(update={"nuts": nuts}), is_one=True)


async def _shown(
    request: Request,
    database: Data,
    seen: Seen,
    kept: Cached,
    query: RegionPageQuery,
    *,
    is_one: bool = False,
) -> HTMLResponse:
    scope = scope_of(query)
    part = EntryPart(position(scope, query.cursor, 0), ON_A_PAGE)
    found, places = await answers.on_page(database, kept, query, seen, part)
    if is_one and found.chosen is None:
        raise NotFound(f"There is no region {query.nuts}; /region lists those that facilities lie in.", "nuts")
    following = cursors.encode(scope, found.entries[-1].number) if len(found.entries) == ON_A_PAGE else ""
    context = page.context(
        found, places, query.asked, following, is_first=query.cursor is None, is_one=is_one, texts=load()
    )
    return rendering.answer(request, "region/region.html", context)
