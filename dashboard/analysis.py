"""The addresses of the pages that reckon: safety, water, instruments, and where a figure comes from."""

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.datastreams import queries as datastreams
from api.facilities import stored, versions
from api.http import errors
from api.http.dependencies import Data, Now
from api.http.errors import NotFound
from api.http.parameters import FacilityId, Instant
from api.provenance import tracing
from api.safety import answer as safety_answer
from api.safety import hourly
from api.safety.models import Kind
from api.water import answer as water_answer
from texts import load

from . import pages, reads, rendering
from . import provenance as trace
from .counting import COUNTED
from .instruments import page as instruments_page
from .safety import over as made_over
from .safety import page as safety_page
from .water import page as water_page

READS: Final = [Depends(OfFacility("read"))]

MAX_REF: Final = 200

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/safety", dependencies=READS)
async def safety(request: Request, facility: FacilityId, database: Data, now: Now) -> HTMLResponse:
    """Is it safe, what is due, how much margin?"""
    asked = request.query_params
    found = await safety_answer.of_facility(database, facility, now, asked.get("near", ""))
    return rendering.answer(request, "safety.html", safety_page.context(found, load(), asked))


@router.get("/f/{facility}/why", dependencies=READS)
async def why(
    request: Request,
    facility: FacilityId,
    database: Data,
    ds: str,
    at: Instant | None = None,
    over: Kind | None = None,
    part: bool = False,
) -> HTMLResponse:
    """Where a figure comes from: a page, or with `part` what the panel at the side shows.

    over: the figure is made of many readings that end now, and the newest stands for them.
    """
    now = datetime.now(UTC)
    (stream,) = await datastreams.some(database, facility, [ds[:MAX_REF]])
    shown = await reads.one(database, facility, now)
    found = await tracing.trace(database, stream, at or now)
    zone = shown.facilities[0].timezone
    many = made_over.item(await hourly.of_datastream(database, stream, over, now), zone, load()) if over else None
    context = trace.context(found, zone, now, load(), many)
    if part:
        return rendering.answer(request, "why_panel.html", context)
    return rendering.answer(request, "why.html", pages.data(shown, load(), {}) | context)


@router.get("/f/{facility}/water", dependencies=READS)
async def water(request: Request, facility: FacilityId, database: Data, now: Now) -> HTMLResponse:
    """Do we meet the limits, is it acidifying?"""
    found = await water_answer.of_facility(database, facility, now)
    return rendering.answer(request, "water.html", water_page.context(found, load(), request.query_params))


@router.get("/f/{facility}/instruments", dependencies=READS)
async def instruments(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """Which device, which calibration?"""
    shown = await reads.one(database, facility, datetime.now(UTC))
    context = instruments_page.listed(shown, await stored.in_force(database, facility, shown.now.date()), load())
    return rendering.answer(request, "instruments.html", context)


@router.get("/f/{facility}/instruments/{instrument}", dependencies=READS)
async def instrument(
    request: Request, facility: FacilityId, instrument: str, database: Data, edit: str = ""
) -> HTMLResponse:
    """One instrument: its calibrations with their dates, one of them in a form, and its history."""
    shown = await reads.one(database, facility, datetime.now(UTC))
    file = await stored.facility(database, facility)
    if file is None or instrument not in file.instruments:
        raise NotFound(f"{facility} has no instrument {errors.shown(instrument)}.", "instrument")
    known = await versions.of_facility(database, facility)
    context = instruments_page.single(shown, file, instrument, known, load(), edit=edit)
    return rendering.answer(request, "instrument.html", context)
