"""The addresses of the instruments and of each of them."""

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.facilities import versions
from api.http import errors
from api.http.dependencies import Data
from api.http.errors import NotFound
from api.http.parameters import FacilityId
from dashboard import reads, rendering, stored
from dashboard.counting import COUNTED
from texts import load

from . import page

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/instruments", dependencies=READS)
async def instruments(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """Which device, which calibration?"""
    shown = await reads.one(database, facility, datetime.now(UTC))
    context = page.listed(shown, await stored.in_force(database, facility, shown.now.date()), load())
    return rendering.answer(request, "instruments/instruments.html", context)


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
    context = page.single(shown, file, instrument, known, load(), edit=edit)
    return rendering.answer(request, "instruments/instrument.html", context)
