"""The addresses of the own account: sessions and password, changed by forms that work without scripts."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Caller, Known, anyone
from api.access.roles import EVERYWHERE
from api.access.sessions import CurrentLogins
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data
from api.http.errors import BadParameter, NotAllowed, WhoAreYou
from api.people import answers
from dashboard import rendering
from dashboard.account import page
from dashboard.forms import Form, check_form, refusal
from texts import load

REFUSED: Final = 422


async def _person(caller: Known) -> Caller:
    """Return who is logged in; raise WhoAreYou, which leads a browser to the login."""
    if caller.session is None:
        raise WhoAreYou("Log in at /login: this page is of the person who is logged in.")
    return caller


Person = Annotated[Caller, Depends(_person)]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=[anyone])


@router.get("/account")
async def account(request: Request, database: Data, caller: Person) -> HTMLResponse:
    """Sessions and password."""
    return await _page(request, database, caller, done=request.query_params.get("done", ""))


@router.post("/account/password")
async def change_password(
    request: Request, database: Data, logins: CurrentLogins, caller: Person, form: Form
) -> Response:
    """Change the password; what was wrong with it is told on the page."""
    check_form(form, answers.session_of(caller))
    texts, fresh = load(), form.get("password", "")
    if fresh != form.get("again", ""):
        return await _page(request, database, caller, refused=texts["account"]["password"]["differ"])
    try:
        await logins.change_password(database, caller, form.get("present", ""), fresh)
    except (BadParameter, NotAllowed) as error:
        return await _page(request, database, caller, refused=refusal(error))
    return RedirectResponse("/account?done=password", 303)


@router.post("/account/sessions/end-others")
async def end_others(database: Data, caller: Person, form: Form) -> Response:
    """Log out everywhere else."""
    check_form(form, answers.session_of(caller))
    await answers.end_others(database, caller)
    return RedirectResponse("/account?done=others", 303)


@router.post("/account/sessions/{number}/end")
async def end_session(
    number: Annotated[int, Path(ge=1, le=MAX_POSITION)], database: Data, caller: Person, form: Form
) -> Response:
    """Log out of one session."""
    check_form(form, answers.session_of(caller))
    await answers.end_session(database, caller, number)
    return RedirectResponse("/account?done=ended", 303)


async def _page(request: Request, database: Data, caller: Caller, *, done: str = "", refused: str = "") -> HTMLResponse:
    sessions = await answers.own_sessions(database, caller)
    failed = await answers.failed_logins(database) if caller.may("admin", EVERYWHERE) else None
    made = rendering.answer(
        request, "account/account.html", page.account(sessions, failed, load(), done=done, refused=refused)
    )
    made.status_code = REFUSED if refused else 200
    made.headers["cache-control"] = "no-store"
    return made
