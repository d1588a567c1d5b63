"""The addresses of registers of facilities."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Known, Seen
from api.access.roles import EVERYWHERE
from api.http import cursors
from api.http.dependencies import Data, position
from api.http.parameters import Cursor
from api.overview import answers as overview
from api.register import answers, matches
from api.register.filters import EntryFilter, scope_of
from api.register.routes import Number
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.register import page
from texts import load

ON_A_PAGE: Final = 50

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


class PageQuery(EntryFilter):
    """Which part of the list the page shows."""

    cursor: Cursor = None


@router.get("/register")
async def facilities(
    request: Request, database: Data, seen: Seen, caller: Known, query: Annotated[PageQuery, Query()]
) -> HTMLResponse:
    """Facilities of all registers that the caller may read, by name."""
    scope, sees_all = scope_of(query), seen is None
    found = await answers.entries(database, query, sees_all, position(scope, query.cursor, 0), ON_A_PAGE)
    following = cursors.encode(scope, found.entries[-1].number) if len(found.entries) == ON_A_PAGE else ""
    context = page.listed(
        reads.shown(await overview.of_all(database, seen)),
        await answers.all_registers(database, sees_all),
        found,
        query.asked,
        following,
        may_import=caller.may("approve", EVERYWHERE),
        texts=load(),
    )
    return rendering.answer(request, "register/register.html", context)


@router.get("/register/{number}")
async def facility(request: Request, number: Number, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """What a register says of a facility, and said before."""
    entry = await answers.entry(database, number, seen is None)
    elsewhere = await matches.of_entry(database, number, seen)
    shown = reads.shown(await overview.of_all(database, seen))
    may_match = caller.may("approve", EVERYWHERE)
    context = page.entry(shown, entry, elsewhere, may_match=may_match, texts=load())
    return rendering.answer(request, "register/entry.html", context)
