"""The addresses for people who live downstream: a facility, its feed, its questions, and the list of all.

They stand under /public, apart from the pages of who reads a facility: /public/f/ID is for everybody what /f/ID is for
those, and no address of a facility hides one of the list.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Known, anyone
from api.disclosure import answers
from api.disclosure.routes import PublicRegionQuery, ToStrangers
from api.http import public_address
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from dashboard import language, rendering
from dashboard.forms import fields_of
from dashboard.public import feed as atom
from dashboard.public import form, page
from dashboard.public import region as listed
from texts import load

REFUSED = 422

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/public/region", dependencies=[anyone])
async def region(
    request: Request, database: Data, now: Now, caller: Known, query: Annotated[PublicRegionQuery, Query()]
) -> HTMLResponse:
    """The facilities that have a public page."""
    found = await answers.of_region(database, query.region or None, now)
    return rendering.answer(request, "public/public_region.html", listed.region(found, load()))


@router.get("/public/f/{facility}")
async def facility(
    request: Request, facility: FacilityId, database: Data, now: Now, known: ToStrangers
) -> HTMLResponse:
    """What anybody may see of a facility."""
    found = await answers.of_facility(database, facility, known, now)
    return rendering.answer(request, "public/public.html", page.facility(found, load()))


@router.get("/public/f/{facility}/feed.atom", response_class=Response)
async def feed(request: Request, facility: FacilityId, database: Data, now: Now, known: ToStrangers) -> Response:
    """Changes of the public state and answers, in the language of the address."""
    found = await answers.of_facility(database, facility, known, now)
    site, tag = public_address.origin(request), request.scope.get(language.ASKED, "")
    own, whole = f"{site}/public/f/{facility}/feed.atom", f"{site}/public/f/{facility}"
    if tag:
        own, whole = language.carry(own, tag), language.carry(whole, tag)
    return Response(atom.feed(found, whole, own, load()), headers=rendering.HEADERS, media_type=atom.MEDIA_TYPE)


@router.post("/public/f/{facility}/questions")
async def send(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    caller: Known,
    known: ToStrangers,
) -> HTMLResponse:
    """Take a question of anybody; what is not taken stays in the form with the reason."""
    fields = await fields_of(request, form.MAX_FIELDS)
    code, number = form.refusal(fields), None
    if not code:
        limit = request.app.state.limits.questions
        sent = await answers.send(database, limit, caller.address, facility, form.question(fields))
        code, number = sent.state, sent.id
    outcome = form.outcome(code, number, fields, load())
    found = await answers.of_facility(database, facility, known, now)
    made = rendering.answer(request, "public/public.html", page.facility(found, load(), outcome))
    made.status_code = 200 if outcome["is_taken"] else REFUSED
    return made
