"""The addresses of the pages that show what there is: who only watches needs no others."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility, Seen
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.overview import answers
from dashboard.alarm_count import COUNTED
from texts import load

from . import ledger as proof
from . import pages, reads, rendering

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/")
async def overview(request: Request, database: Data, seen: Seen) -> HTMLResponse:
    """All facilities, worst first."""
    shown = reads.shown(await answers.of_all(database, seen))
    return rendering.answer(request, "overview.html", pages.overview(shown, load()))


@router.get("/nodes")
async def all_nodes(request: Request, database: Data, seen: Seen) -> HTMLResponse:
    """The nodes of all facilities, silent ones first."""
    shown = reads.shown(await answers.of_all(database, seen))
    return rendering.answer(request, "nodes.html", pages.nodes(shown, load(), None))


@router.get("/f/{facility}", dependencies=READS)
async def facility(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """One facility now, with the chosen datastreams as linked charts."""
    shown = reads.shown(await answers.of_facility(database, facility))
    names = [name for text in request.query_params.getlist("ds") for name in text.split(",")]
    context = pages.facility(shown, load(), request.query_params, names)
    return rendering.answer(request, "facility.html", context)


@router.get("/f/{facility}/nodes", dependencies=READS)
async def nodes(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """The nodes of one facility."""
    shown = reads.shown(await answers.of_facility(database, facility))
    return rendering.answer(request, "nodes.html", pages.nodes(shown, load(), shown.facilities[0]))


@router.get("/f/{facility}/data", dependencies=READS)
async def data(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """What a facility has measured, and a form to take it away."""
    shown = reads.shown(await answers.of_facility(database, facility))
    return rendering.answer(request, "data.html", pages.data(shown, load(), request.query_params))


@router.get("/f/{facility}/ledger", dependencies=READS)
async def ledger(request: Request, facility: FacilityId, database: Data, now: Now) -> HTMLResponse:
    """The proof: everything that was sent, and what became of it."""
    shown, asked = reads.shown(await answers.of_facility(database, facility, now)), request.query_params
    one = shown.facilities[0]
    shows = proof.shown_period(asked, one.timezone, shown.now)
    found = await proof.read(database, one, asked, shows, now)
    return rendering.answer(request, "ledger.html", proof.page(shown, load(), asked, shows, found))
