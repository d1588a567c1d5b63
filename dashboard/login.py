"""The login: name and password become a session, a cookie that scripts cannot read; and the page of one-time codes.

The answer never tells which of the two was wrong, and takes the same time. A form carries a token made from a cookie of
its own browser, so that another site can neither log a person in nor out.
"""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Known, anyone, browsers, cookies, sessions, tokens
from api.access.identify import address
from api.access.limits import line_of
from api.access.passwords import MAX_LENGTH, MIN_LENGTH
from api.http.dependencies import Data
from api.http.errors import BadParameter, NotAllowed
from runtime.log import log_of
from texts import load

from . import language, rendering
from .forms import Form, check_form, local, refusal

FORM_S: Final = 3600
WRONG: Final = 403

router = APIRouter(include_in_schema=False, dependencies=[anyone])
tell = log_of(__name__)


@router.get("/login", response_class=HTMLResponse)
async def login_page(request: Request, caller: Known) -> Response:
    """The form; after a new password was set it says so."""
    return _page(request, local(request.query_params.get("next", "/")), is_reset="reset" in request.query_params)


@router.post("/login")
async def login(request: Request, database: Data, logins: sessions.CurrentLogins, form: Form) -> Response:
    """Begin a session, or show the form again."""
    check_form(form, cookies.read(request, cookies.FORM))
    name, device = form.get("name", "").strip().lower(), cookies.read(request, cookies.DEVICE)
    browser = browsers.kind_of(request.headers.get("user-agent", ""))
    attempt = sessions.Attempt(name, line_of(address(request)), device, address(request), browser)
    begun = await logins.begin(database, attempt, form.get("password", ""))
    if begun is None:
        tell("WARNING", "login-refused", address=address(request))
        return _page(request, local(form.get("next", "/")), is_wrong=True)
    tell("INFO", "login", who=f"user:{begun.account_id}", address=address(request))
    if tokens.is_token(before := cookies.read(request, cookies.SESSION)):
        await sessions.end(database, before)  # what this browser was logged in as so far
    answer = RedirectResponse(local(form.get("next", "/")), 303)
    cookies.write(answer, request, cookies.SESSION, begun.token, sessions.LONGEST_S)
    cookies.write(answer, request, cookies.DEVICE, begun.device, sessions.DEVICE_S)
    cookies.forget(answer, request, cookies.FORM)
    if chosen := await sessions.language(database, begun.account_id):
        language.remember(answer, chosen)
    return answer


@router.post("/logout")
async def logout(request: Request, database: Data, caller: Known, form: Form) -> Response:
    """End the session, here and in the database.

    Without one nothing is changed, the cookie neither: another site's form comes without it, and must not drop it.
    """
    answer = RedirectResponse("/", 303)
    if caller.session is not None:
        check_form(form, caller.session)
        await sessions.end(database, caller.session)
        tell("INFO", "logout", who=caller.who, address=caller.address)
        cookies.forget(answer, request, cookies.SESSION)
    return answer


@router.get("/reset", response_class=HTMLResponse)
async def reset_page(request: Request, caller: Known) -> Response:
    """The form for who has a one-time code."""
    return _reset_page(request)


@router.post("/reset")
async def reset(request: Request, database: Data, logins: sessions.CurrentLogins, form: Form) -> Response:
    """Set a new password with a one-time code, or show the form again with what was wrong."""
    check_form(form, cookies.read(request, cookies.FORM))
    fresh = form.get("password", "")
    if fresh != form.get("again", ""):
        return _reset_page(request, load()["account"]["password"]["differ"])
    try:
        await logins.reset_password(database, form.get("code", ""), line_of(address(request)), fresh)
    except (BadParameter, NotAllowed) as error:
        return _reset_page(request, refusal(error))
    return RedirectResponse("/login?reset", 303)


def _page(request: Request, following: str, *, is_wrong: bool = False, is_reset: bool = False) -> Response:
    context = {"heading": load()["login"]["title"], "next": following, "is_wrong": is_wrong, "is_reset": is_reset}
    return _form(request, "login.html", context, WRONG if is_wrong else 200)


def _reset_page(request: Request, refused: str = "") -> Response:
    context = {"heading": load()["account"]["reset"]["title"], "refused": refused}
    context |= {"least": MIN_LENGTH, "most": MAX_LENGTH}
    return _form(request, "reset.html", context, WRONG if refused else 200)


def _form(request: Request, template: str, context: dict[str, Any], status: int) -> Response:
    """Render a page with a form for who is not logged in: its token is made of a cookie of its own."""
    known = cookies.read(request, cookies.FORM)
    cookie = known if tokens.is_token(known) else tokens.make_token()
    answer = rendering.answer(request, template, context | {"form_token": tokens.form_token(cookie)})
    answer.status_code = status
    answer.headers["cache-control"] = "no-store"
    cookies.write(answer, request, cookies.FORM, cookie, FORM_S)
    return answer
