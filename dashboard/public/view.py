"""The addresses for people who live downstream: a facility, its feed, its questions, and the list of all.

They stand under /public, apart from the pages of who reads a facility: /public/f/ID is for everybody what /f/ID is for
those, and no address of a facility hides one of the list.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Known, anyone
from api.disclosure import answers, subscriptions
from api.disclosure.models import PublicRegion
from api.disclosure.routes import LinkKey, OfSite, PublicRegionQuery, ToStrangers
from api.disclosure.subscriptions import LinkedSubscription, LinkState, MailLink, MailScope
from api.http import public_address
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from dashboard import language, rendering
from dashboard.forms import Fields, fields_of
from dashboard.public import feed as atom
from dashboard.public import form, mail, page
from dashboard.public import region as listed
from texts import languages, load

REFUSED = 422
GONE = 410
Secret = Annotated[str, Path(max_length=subscriptions.MAX_LENGTH)]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


async def _listed(
    database: Data, now: Now, caller: Known, key: LinkKey, query: Annotated[PublicRegionQuery, Query()]
) -> PublicRegion:
    return await answers.of_region(database, query.region or None, now, key)


Listed = Annotated[PublicRegion, Depends(_listed)]
"""The facilities that have a public page: of the region that is asked for, or all."""


@router.get("/public/region", dependencies=[anyone])
async def region(request: Request, found: Listed) -> HTMLResponse:
    """The facilities that have a public page."""
    return rendering.answer(request, "public/public_region.html", listed.region(found, load()))


@router.get("/public/region/feed.atom", dependencies=[anyone], response_class=Response)
async def region_feed(request: Request, found: Listed) -> Response:
    """Changes of the public state of the facilities that have a public page, in the language of the address."""
    asked = f"?region={quote(found.region)}" if found.region else ""
    page, own = (_whole(request, f"/public/region{end}{asked}") for end in ("", "/feed.atom"))
    feed = atom.of_region(found, page, own, lambda one: _whole(request, f"/public/f/{one}"), load())
    return Response(feed, headers=rendering.HEADERS, media_type=atom.MEDIA_TYPE)


@router.get("/public/f/{facility}")
async def facility(
    request: Request, facility: FacilityId, database: Data, now: Now, known: ToStrangers, site: OfSite
) -> HTMLResponse:
    """What anybody may see of a facility."""
    found = await answers.of_facility(database, facility, known, now, site)
    return rendering.answer(request, "public/public.html", page.facility(found, load()))


@router.get("/public/f/{facility}/feed.atom", response_class=Response)
async def feed(
    request: Request, facility: FacilityId, database: Data, now: Now, known: ToStrangers, site: OfSite
) -> Response:
    """Changes of the public state and answers, in the language of the address."""
    found = await answers.of_facility(database, facility, known, now, site)
    page, own = (_whole(request, f"/public/f/{facility}{end}") for end in ("", "/feed.atom"))
    return Response(atom.feed(found, page, own, load()), headers=rendering.HEADERS, media_type=atom.MEDIA_TYPE)


def _whole(request: Request, address: str) -> str:
    """The whole address of a page, in the language that the feed's own address asks for."""
    whole, tag = f"{public_address.origin(request)}{address}", request.scope.get(language.ASKED, "")
    return language.carry(whole, tag) if tag else whole


@router.post("/public/f/{facility}/questions")
async def send(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    caller: Known,
    known: ToStrangers,
    site: OfSite,
) -> HTMLResponse:
    """Take a question of anybody; what is not taken stays in the form with the reason."""
    fields = await fields_of(request, form.MAX_FIELDS)
    code, number = form.refusal(fields), None
    if not code:
        limit = request.app.state.limits.questions
        sent = await answers.send(database, limit, caller.address, facility, form.question(fields))
        code, number = sent.state, sent.id
    outcome = form.outcome(code, number, fields, load())
    found = await answers.of_facility(database, facility, known, now, site)
    made = rendering.answer(request, "public/public.html", page.facility(found, load(), outcome))
    made.status_code = 200 if outcome["is_taken"] else REFUSED
    return made


@router.post("/public/f/{facility}/mail")
async def mail_of_facility(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    caller: Known,
    known: ToStrangers,
    site: OfSite,
) -> HTMLResponse:
    """Take a mail address of anybody; the answer is the same for one that is known."""
    fields = await fields_of(request, mail.MAX_FIELDS)
    outcome = await _ask(request, database, site.link_key, caller.address, fields, scope=MailScope(facility, ""))
    found = await answers.of_facility(database, facility, known, now, site)
    made = rendering.answer(request, "public/public.html", page.facility(found, load(), outcome))
    made.status_code = 200 if outcome["is_taken"] else REFUSED
    return made


@router.post("/public/region/mail", dependencies=[anyone])
async def mail_of_region(request: Request, database: Data, now: Now, caller: Known, key: LinkKey) -> HTMLResponse:
    """Take a mail address for the list of a region, or of all."""
    fields = await fields_of(request, mail.MAX_FIELDS)
    found = await answers.of_region(database, None, now, key)
    scope = MailScope(None, mail.region_of(fields, found))
    outcome = await _ask(request, database, key, caller.address, fields, scope=scope)
    if scope.region:
        found = await answers.of_region(database, scope.region, now, key)
    made = rendering.answer(request, "public/public_region.html", listed.region(found, load(), outcome))
    made.status_code = 200 if outcome["is_taken"] else REFUSED
    return made


async def _ask(
    request: Request, database: Data, key: bytes | None, line: str, fields: Fields, *, scope: MailScope
) -> dict[str, Any]:
    code = mail.refusal(fields)
    if not code and key is None:
        code = "closed"
    elif not code and key is not None:
        limit, address, spoken = request.app.state.limits.subscriptions, mail.written(fields), languages.current().tag
        code = await subscriptions.ask(database, limit, line, key, address, scope=scope, language=spoken)
    return mail.outcome(code, fields, load())


@router.get("/public/mail/{secret}", dependencies=[anyone])
async def look(request: Request, secret: Secret, database: Data, caller: Known, key: LinkKey) -> HTMLResponse:
    """The page behind a link of a mail: looking changes nothing, since programs that look for viruses follow links."""
    does = subscriptions.genuine(key, secret)
    found = await subscriptions.look(database, does) if does else None
    return _linked(request, "open" if found else "gone", found, does)


@router.post("/public/mail/{secret}", dependencies=[anyone])
async def use(request: Request, secret: Secret, database: Data, caller: Known, key: LinkKey) -> HTMLResponse:
    """Confirm or leave: by the button, or by a mail program with one click (RFC 8058); the signature is the token."""
    does = subscriptions.genuine(key, secret)
    found = await subscriptions.look(database, does) if does else None
    state: LinkState = await subscriptions.use(database, does) if does and found else "gone"
    return _linked(request, state, found, does)


def _linked(
    request: Request, state: LinkState, found: LinkedSubscription | None, does: MailLink | None
) -> HTMLResponse:
    made = rendering.answer(request, "public/public_mail.html", mail.link(state, found, does, load()))
    made.status_code = GONE if state == "gone" else 200
    return made
