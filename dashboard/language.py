"""Which language an answer is in: that of its address, else what the person chose, what the browser likes, the default.

`?lang=es` in an address is for who follows a link: the page keeps it in all its own links, and nothing is stored. Who
chooses in the menu gets a cookie, and a person who is logged in keeps the choice with the account: the next login, in
whatever browser, brings it.
"""

import re
from collections.abc import Sequence
from html import escape, unescape
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
ASKED: Final = "tailwatch.language"
"""In the scope of a request: the language that its address asks for, which routes do not see in the query."""
LINK: Final = re.compile(
    r'(?<= href=")(?=[/?])(?!/(?:static|api|sta|docs)\b)([^"#]*)|(?<= action=")(?!/language)(/[^"]*)'
    r'|(<form [^>]*method="get"[^>]*>)'
)
"""The page's own links and forms."""

router = APIRouter(include_in_schema=False, dependencies=[anyone])


class Speaking:
    """Answers each request in its language."""

    def __init__(self, app: ASGIApp, known: Sequence[Language], default: Language) -> None:
        self.app, self._known, self._default = app, known, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        query, asked = _without(scope["query_string"])
        tag = asked if languages.named(asked, self._known) else ""

        async def send_on(message: Message) -> None:
            """Lead on in the language of the address."""
            if tag and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("location", "").startswith("/"):
                    headers["location"] = carry(headers["location"], tag)
            await send(message)

        # Each request is a task of its own; the page of a fault is made outside of this one, and speaks it too.
        languages.speak(choose(HTTPConnection(scope), tag, self._known, self._default))
        scope.update({"query_string": query, ASKED: tag})
        await self.app(scope, receive, send_on)


def choose(request: HTTPConnection, asked: str, known: Sequence[Language], default: Language) -> Language:
    """Return the language of an answer; asked: the tag in its address."""
    for tag in (asked, request.cookies.get(COOKIE, "")):
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
    """Keep the choice, in the browser and with the account, and go back to the page; its address asks for none now."""
    chosen = languages.named(form.get(KEY, ""), request.app.state.languages)
    if chosen is None:
        raise BadParameter("This language is not spoken here; choose one in the menu of a page.", KEY)
    if caller.session is not None:
        check_form(form, caller.session)
        await sessions.choose_language(database, caller.session, chosen.tag)
    answer = RedirectResponse(local(form.get("next", "/")), 303)
    remember(answer, chosen.tag)
    return answer


def remember(answer: Response, tag: str) -> None:
    """Let the browser keep the language that was chosen."""
    answer.set_cookie(COOKIE, tag, max_age=COOKIE_S, path="/", samesite="lax")


def carry(address: str, tag: str) -> str:
    """Put a language into an address of this site."""
    way, mark, place = address.partition("#")
    return f"{way}{'&' if '?' in way else '?'}{KEY}={tag}{mark}{place}"


def kept(page: str, tag: str) -> str:
    """Carry the language of the address on in the page's own links; a page without one stays as it is."""
    if not tag:
        return page
    field = f'<input type="hidden" name="{KEY}" value="{tag}">'

    def carried(found: re.Match[str]) -> str:
        link, action, form = found.groups()
        return f"{form}{field}" if form else escape(carry(unescape(link or action), tag))

    return LINK.sub(carried, page)


def _without(query: bytes) -> tuple[bytes, str]:
    """Take the language out of a query: what is left as it is, and the tag."""
    parts = query.decode("latin-1").split("&")
    asked = [part.removeprefix(f"{KEY}=") for part in parts if part.startswith(f"{KEY}=")]
    left = "&".join(part for part in parts if not part.startswith(f"{KEY}="))
    return left.encode("latin-1"), asked[-1] if asked else ""
