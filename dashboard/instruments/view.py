"""The addresses of the instruments and of each of them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Known, OfFacility
from api.events import answers as events
from api.http.dependencies import Data
from api.http.parameters import FacilityId, Instant
from api.instruments import answers
from api.overview import answers as overview
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from texts import load

from . import page, preview

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/instruments", dependencies=READS)
async def instruments(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """Which device, which calibration?"""
    shown = reads.shown(await overview.of_facility(database, facility))
    context = page.listed(shown, await answers.of_facility(database, facility), load())
    return rendering.answer(request, "instruments/instruments.html", context)


@router.get("/f/{facility}/instruments/{instrument}", dependencies=READS)
async def instrument(
    request: Request,
    facility: FacilityId,
    instrument: str,
    database: Data,
    caller: Known,
    edit: str = "",
    from_: Annotated[Instant | None, Query(alias="from")] = None,
    to: Instant | None = None,
) -> HTMLResponse:
    """One instrument: its calibrations with their dates, one of them in a form, and its history.

    from, to: only what happened between them, as the script asks that draws a preview.
    """
    found = await answers.one(database, caller, facility, instrument)
    shown = reads.shown(await overview.of_facility(database, facility))
    if from_ is not None and to is not None:
        told = await events.of_facility(database, facility, from_, to)
        return rendering.answer(request, "instruments/preview_events.html", preview.context(shown, told, load()))
    context = page.single(shown, found, load(), caller, edit)
    return rendering.answer(request, "instruments/instrument.html", context)
