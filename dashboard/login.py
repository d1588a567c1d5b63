"""The login page: name and password become a session, a cookie that scripts cannot read.

The answer never tells which of the two was wrong, and takes the same time. A form carries a token made from a cookie of
its own browser, so that another site can neither log a person in nor out.
"""

from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Known, anyone, sessions, tokens
from api.access.identify import COOKIE, RateLimits, address, spend
from api.access.limits import line_of
from api.access.passwords import Passwords
from api.http.dependencies import Data
from api.http.errors import BadParameter, NotAllowed
from runtime.log import log_of
from texts import load

from . import rendering

FORM_COOKIE: Final = "tailwatch_form"
FORM_S: Final = 3600
MAX_FIELDS: Final = 10
WRONG: Final = 403
Fields = dict[str, str]

router = APIRouter(include_in_schema=False, dependencies=[anyone])
tell = log_of(__name__)


async def _fields(request: Request) -> Fields:
    """Read a form as browsers send it."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise BadParameter("Send the form as application/x-www-form-urlencoded.", "content-type")
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise BadParameter("This is no form of ours; open /login again.") from error


Form = Annotated[Fields, Depends(_fields)]


@router.get("/login", response_class=HTMLResponse)
async def login_page(request: Request, caller: Known) -> Response:
    """The form."""
    return _page(request, _local(request.query_params.get("next", "/")), is_wrong=False)


@router.post("/login")
async def login(request: Request, database: Data, form: Form) -> Response:
    """Begin a session, or show the form again."""
    limits: RateLimits = request.app.state.limits
    passwords: Passwords = request.app.state.passwords
    _check_form(form, request.cookies.get(FORM_COOKIE, ""))
    name = form.get("name", "").strip().lower()
    spend(limits.logins, f"address {line_of(address(request))}")
    spend(limits.logins, f"name {name}")
    begun = await sessions.begin(database, passwords, name, form.get("password", ""))
    if begun is None:
        tell("WARNING", "login-refused", address=address(request))
        return _page(request, _local(form.get("next", "/")), is_wrong=True)
    tell("INFO", "login", who=f"user:{begun.account_id}", address=address(request))
    answer = RedirectResponse(_local(form.get("next", "/")), 303)
    _set(answer, request, COOKIE, begun.token, sessions.LONGEST_S)
    answer.delete_cookie(FORM_COOKIE)
    return answer


@router.post("/logout")
async def logout(request: Request, database: Data, caller: Known, form: Form) -> Response:
    """End the session, here and in the database.

    Without one nothing is changed, the cookie neither: another site's form comes without it, and must not drop it.
    """
    answer = RedirectResponse("/", 303)
    if caller.session is not None:
        _check_form(form, caller.session)
        await sessions.end(database, caller.session)
        tell("INFO", "logout", who=caller.who, address=caller.address)
        answer.delete_cookie(COOKIE)
    return answer


def _page(request: Request, following: str, is_wrong: bool) -> Response:
    known = request.cookies.get(FORM_COOKIE, "")
    cookie = known if tokens.is_token(known) else tokens.make_token()
    texts = load()
    context: dict[str, Any] = {
        "heading": texts["login"]["title"],
        "form_token": tokens.form_token(cookie),
        "next": following,
        "is_wrong": is_wrong,
    }
    answer = rendering.answer(request, "login.html", context)
    answer.status_code = WRONG if is_wrong else 200
    answer.headers["cache-control"] = "no-store"
    _set(answer, request, FORM_COOKIE, cookie, FORM_S)
    return answer


def _set(answer: Response, request: Request, name: str, value: str, age_s: int) -> None:
    is_tls = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=age_s, path="/", secure=is_tls, httponly=True, samesite="lax")


def _check_form(form: Fields, cookie: str) -> None:
    if not tokens.is_token(cookie) or not tokens.is_form_token(form.get("form_token", ""), cookie):
        raise NotAllowed("This form is not of this browser, or too old; open /login again.", "form_token")


def _local(address: str) -> str:
    """Return an address of this site, so that a link to the login page cannot lead elsewhere."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local else "/"
