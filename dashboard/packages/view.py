"""The addresses of packages."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import Known, OfFacility
from api.http import public_address
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.packages import answers
from api.packages.routes import Version
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.packages import page
from texts import languages, load

READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=READS)


@router.get("/f/{facility}/packages", dependencies=COUNTED)
async def packages(request: Request, facility: FacilityId, database: Data, now: Now, caller: Known) -> HTMLResponse:
    """The newest packages of a facility, and the form that makes one."""
    shown, found = await reads.one(database, facility, now), await answers.newest(database, facility)
    context = page.listed(shown, found.packages, load(), languages.current().tag)
    return rendering.answer(request, "packages/packages.html", context | {"may_make": caller.may("approve", facility)})


@router.get("/f/{facility}/packages/{version}")
async def package(request: Request, facility: FacilityId, version: Version, database: Data) -> HTMLResponse:
    """The landing page of one: what a citation leads to."""
    site = public_address.origin(request)
    one = await answers.document(database, facility, version, site)
    own = f"{site}{one.page}"
    return rendering.answer(request, "packages/package.html", page.landing(one, own, load()))
