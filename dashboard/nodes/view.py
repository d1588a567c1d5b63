"""The addresses of the nodes of all facilities, and of one."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility, Seen
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.overview import answers
from api.quarantine import undeclared
from dashboard import pages, reads, rendering
from dashboard.alarm_count import COUNTED
from texts import load

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/nodes")
async def all_nodes(request: Request, database: Data, seen: Seen) -> HTMLResponse:
    """The nodes of all facilities, silent ones first."""
    shown = reads.shown(await answers.of_all(database, seen))
    return rendering.answer(request, "nodes/nodes.html", pages.nodes(shown, load(), None))


@router.get("/f/{facility}/nodes", dependencies=READS)
async def nodes(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """The nodes of one facility."""
    shown = reads.shown(await answers.of_facility(database, facility))
    waiting = await undeclared.of_facility(database, facility)
    return rendering.answer(request, "nodes/nodes.html", pages.nodes(shown, load(), shown.facilities[0], waiting))
