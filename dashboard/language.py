"""Which language an answer is in: that of its address, else what the person chose, what the browser likes, the default.

`?lang=es` in an address is for who follows a link: the page keeps it in all its own links, and nothing is stored. Who
chooses in the menu gets a cookie, and a person who is logged in keeps the choice with the account: the next login, in
whatever browser, brings it.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import Known, anyone, sessions
from api.http.dependencies import Data
from api.http.errors import BadParameter
from texts import languages
from texts.languages import Language

from .forms import Form, check_form, local

KEY: Final = "lang"
COOKIE: Final = "language"
COOKIE_S: Final = 365 * 86_400
VARY: Final = "cookie, accept-language"
LINK: Final = re.compile(r'(?<= href=")(?=[/?])(?!/(?:static|api|sta|docs)\b)([^"#]*)|(<form [^>]*method="get"[^>]*>)')
"""The page's own links, and its forms that make an address."""

router = APIRouter(include_in_schema=False, dependencies=[anyone])


class Speaking:
    """Answers each request in its language."""

    def __init__(self, app: ASGIApp, known: Sequence[Language], default: Language) -> None:
        self.app, self._known, self._default = app, known, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with languages.speaking(choose(HTTPConnection(scope), self._known, self._default)):
            await self.app(scope, receive, send)


def choose(request: HTTPConnection, known: Sequence[Language], default: Language) -> Language:
    """Return the language of an answer."""
    for tag in (request.query_params.get(KEY, ""), request.cookies.get(COOKIE, "")):
        if found := languages.named(tag, known):
            return found
    return languages.accepted(request.headers.get("accept-language", ""), known) or default


def mount(app: FastAPI, known: Sequence[Language], default: Language) -> None:
    """Let the app speak these languages."""
    app.state.languages = known
    app.add_middleware(Speaking, known=known, default=default)
    app.include_router(router)


@router.post("/language")
async def choose_language(request: Request, database: Data, caller: Known, form: Form) -> Response:
    """Keep the choice, in the browser and with the account, and go back to the page, which leaves its address."""
    chosen = languages.named(form.get(KEY, ""), request.app.state.languages)
    if chosen is None:
        raise BadParameter("This language is not spoken here; choose one in the menu of a page.", KEY)
    if caller.session is not None:
        check_form(form, caller.session)
        await sessions.choose_language(database, caller.session, chosen.tag)
    answer = RedirectResponse(without(local(form.get("next", "/"))), 303)
    remember(answer, chosen.tag)
    return answer


def remember(answer: Response, tag: str) -> None:
    """Let the browser keep the language that was chosen."""
    answer.set_cookie(COOKIE, tag, max_age=COOKIE_S, path="/", samesite="lax")


def kept(page: str, request: Request) -> str:
    """Carry the language of the address on in the page's own links; a page without one stays as it is."""
    tag = request.query_params.get(KEY, "")
    if languages.named(tag, request.app.state.languages) is None:
        return page
    field = f'<input type="hidden" name="{KEY}" value="{tag}">'

    def carry(found: re.Match[str]) -> str:
        link, form = found.groups()
        if form is not None:
            return f"{form}{field}"
        return link if re.search(rf"[?;]{KEY}=", link) else f"{link}{'&amp;' if '?' in link else '?'}{KEY}={tag}"

    return LINK.sub(carry, page)


def without(address: str) -> str:
    """Return an address of this site without its language."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != KEY]
    return parts._replace(query=urlencode(query)).geturl()
