"""The addresses of packages."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.http import public_address
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.packages import answers
from api.packages.routes import Version
from dashboard import rendering
from dashboard.packages import page
from texts import load

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=READS)


@router.get("/f/{facility}/packages")
async def packages(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """The newest packages of a facility."""
    found = await answers.newest(database, facility)
    return rendering.answer(request, "packages/packages.html", page.listed(facility, found.packages, load()))


@router.get("/f/{facility}/packages/{version}")
async def package(request: Request, facility: FacilityId, version: Version, database: Data) -> HTMLResponse:
    """The landing page of one: what a citation leads to."""
    site = public_address.origin(request)
    one = await answers.document(database, facility, version, site)
    own = f"{site}{one.page}"
    return rendering.answer(request, "packages/package.html", page.landing(one, own, load()))
