"""The addresses of the link "I have it": looking changes nothing, since programs that look for viruses follow links."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Known, anyone
from api.alarms import links
from api.http import times
from api.http.dependencies import Data
from dashboard import rendering
from dashboard.forms import Form
from dashboard.have_it import page
from runtime.log import log_of
from texts import load

Secret = Annotated[str, Path(max_length=links.MAX_LENGTH)]
STATUS: Final = {"forged": 403, "expired": 410, "recipient-ended": 410}

router = APIRouter(include_in_schema=False, dependencies=[anyone])
tell = log_of(__name__)


@router.get("/have-it/{secret}", response_class=HTMLResponse)
async def look(request: Request, secret: Secret, database: Data, caller: Known) -> Response:
    """The alarm as it stands, and the button; or why there is none."""
    found = await links.look(database, secret) if links.is_genuine(request.app.state.link_key, secret) else None
    if found is None:
        tell("WARNING", "link-refused", reason="forged", address=caller.address)
        return _answer(request, page.refused("forged", load()), "forged")
    return _answer(request, page.of_link(found, found.state, times.now(), load()), found.state)


@router.post("/have-it/{secret}", response_class=HTMLResponse)
async def use(request: Request, secret: Secret, database: Data, caller: Known, form: Form) -> Response:
    """Acknowledge in the name of the recipient, once; the signature stands for the token of a form.

    The page that follows says what became of it: loading it again asks for nothing twice.
    """
    if not links.is_genuine(request.app.state.link_key, secret):
        tell("WARNING", "link-refused", reason="forged", address=caller.address)
        return _answer(request, page.refused("forged", load()), "forged")
    level = form.get("level", "")
    state = await links.use(database, secret, int(level) if level in page.RANKS else 0)
    if state == "issued":
        return RedirectResponse(request.url.path, 303)
    found = await links.look(database, secret)
    context = page.refused("forged", load()) if found is None else page.of_link(found, state, times.now(), load())
    return _answer(request, context, state, refused=409)


def _answer(request: Request, context: dict[str, object], state: str, refused: int = 200) -> HTMLResponse:
    answer = rendering.answer(request, "have_it/have_it.html", context)
    answer.status_code = STATUS.get(state, refused)
    answer.headers["cache-control"] = "no-store"
    answer.headers["referrer-policy"] = "no-referrer"
    return answer
