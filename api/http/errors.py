"""What can go wrong for a caller, as RFC 9457 problem documents: each says what to do and names the field.

    Problem
    |- BadParameter        422  the caller's: a parameter is wrong
    |- BadSyntax           400  the caller's: a query of SensorThings that cannot be read
    |- NotFound            404  the caller's: no such thing
    |- WhoAreYou           401  the caller's: no key, or one that does not count
    |- NotAllowed          403  the caller's: a right is missing
    |- NotAcceptable       406  the caller's: no form that it takes
    |- Archived            410  the caller's: it has left the database, a command brings it back
    |- TooMany             429  the caller's: too many requests in a minute
    |- NotInstalled        501  the operator's: a package is missing
    |- NotSupported        501  ours: an option of a standard that is not offered
    |- DatabaseAway        503  ours, passing: try again
    |- TooSlow             503  the caller's: ask for less
Whatever else is raised is a bug: it is logged with its trace and answered with a 500 that shows none of it.
"""

import math
from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import quote

import msgspec
import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from api.http.database import NO_ANSWER, NO_SCHEMA
from api.http.parameters import sentences
from runtime.log import log_of

tell = log_of(__name__)

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final = "/docs/problems#"
SENSORTHINGS: Final = "/sta/"
"""Below it a problem document also has what the clients of SensorThings read: `code` and `message`."""
MAX_SHOWN: Final = 80
RETRY_AFTER_S: Final = 2


class Problem(Exception):
    """One thing that went wrong, as the caller is told it."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "The server failed"

    def __init__(self, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class BadParameter(Problem):
    """A parameter has a wrong value, or is not known."""

    status = 422
    slug = "bad-parameter"
    title = "A parameter is wrong"


class BadSyntax(Problem):
    """A query of SensorThings cannot be read, or does not fit the entities that it asks for."""

    status = 400
    slug = "bad-syntax"
    title = "The query cannot be read"


class NotFound(Problem):
    """The path names a thing that does not exist."""

    status = 404
    slug = "not-found"
    title = "There is no such thing"


class WhoAreYou(Problem):
    """The request needs a key or a login, and has none that counts."""

    status = 401
    slug = "who-are-you"
    title = "Say who you are"


class NotAllowed(Problem):
    """The caller is known and lacks the right; somebody with the role admin can give it."""

    status = 403
    slug = "not-allowed"
    title = "This is not allowed"


class NotAcceptable(Problem):
    """The `Accept` header of the request takes none of the forms that this address has."""

    status = 406
    slug = "not-acceptable"
    title = "Format not available"


class Archived(Problem):
    """The observations have left the database by age; the archive has them, and a command brings them back."""

    status = 410
    slug = "archived"
    title = "These observations are in the archive alone"


class TooMany(Problem):
    """Too many requests in a short time; `retry-after` says how long to wait."""

    status = 429
    slug = "too-many"
    title = "Too many requests"

    def __init__(self, detail: str, wait_s: float) -> None:
        super().__init__(detail)
        self.wait_s = wait_s


class NotInstalled(Problem):
    """What was asked for needs a package that is not installed on this centre; its operator can add it."""

    status = 501
    slug = "not-installed"
    title = "A package is not installed here"


class NotSupported(Problem):
    """An option or function of a standard that this api does not have; docs/sensorthings.md lists those it has."""

    status = 501
    slug = "not-supported"
    title = "This is not offered here"


class DatabaseAway(Problem):
    """The database does not answer; the same request may succeed in a moment."""

    status = 503
    slug = "database-away"
    title = "The database does not answer"


class TooSlow(Problem):
    """The question would take longer than a question may."""

    status = 503
    slug = "too-slow"
    title = "This takes too long"


def shown(value: object) -> str:
    """Return a value that a caller sent, cut and escaped so that it can stand in a sentence."""
    text = ascii(str(value))
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 4] + "...'"


def answer(
    request: Request,
    status: int,
    slug: str,
    title: str,
    detail: str,
    *,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the problem document; a person who opened a page gets it as one."""
    if _is_page(request) and (page := getattr(request.app.state, "problem_page", None)):
        shown_page: Response = page(request, status, slug, detail)
        shown_page.headers.update({**(headers or {}), "cache-control": "no-store"})
        return shown_page
    body = {"type": TYPES + slug, "title": title, "status": status, "detail": detail, "instance": request.url.path}
    if field is not None:
        body["field"] = field
    if request.url.path.startswith(SENSORTHINGS):
        body |= {"code": status, "message": detail}
    return Response(
        msgspec.json.encode(body), status, {**(headers or {}), "cache-control": "no-store"}, media_type=MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Make the app answer every error with a problem document."""
    app.add_exception_handler(Problem, answer_problem)
    app.add_exception_handler(RequestValidationError, answer_validation)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(psycopg.errors.QueryCanceled, answer_database)
    for kind in (*NO_ANSWER, *NO_SCHEMA):
        app.add_exception_handler(kind, answer_database)
    app.add_exception_handler(Exception, answer_bug)


async def answer_problem(request: Request, error: Exception) -> Response:
    """Answer what a route raised knowingly; a browser that must say who it is gets the login page."""
    assert isinstance(error, Problem)
    if isinstance(error, WhoAreYou) and request.method == "GET" and _is_page(request):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/login?next={quote(request.url.path + query)}", 303)
    return answer(
        request, error.status, error.slug, error.title, error.detail, field=error.field, headers=_advice(error)
    )


def _is_page(request: Request) -> bool:
    return not request.url.path.startswith(("/api/", SENSORTHINGS)) and "text/html" in request.headers.get("accept", "")


def _advice(error: Problem) -> dict[str, str]:
    """Return the headers that tell a program what to do about it."""
    if isinstance(error, TooMany):
        return {"retry-after": str(math.ceil(error.wait_s))}
    if isinstance(error, WhoAreYou):
        return {"www-authenticate": 'Bearer realm="tailwatch"'}
    return {"retry-after": str(RETRY_AFTER_S)} if error.status == DatabaseAway.status else {}


async def answer_validation(request: Request, error: Exception) -> Response:
    """Answer parameters that did not pass their declared form; the first field is named, each gets its sentence."""
    assert isinstance(error, RequestValidationError)
    found = sentences(request, error)
    field = found[0][0]
    return await answer_problem(request, BadParameter(" ".join(text for _, text in found), field))


async def answer_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refused: no such path, no such method."""
    assert isinstance(error, HTTPException)
    path = shown(request.url.path)
    detail = str(error.detail)
    if error.status_code == 404:
        detail = f"There is nothing at {path}; /docs lists all addresses."
    elif error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET")
        detail = f"{request.method} is not possible at {path}; use {allowed}."
    slug = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "refused")
    title = {404: NotFound.title, 405: "This method is not possible here"}.get(error.status_code, "Refused")
    return answer(request, error.status_code, slug, title, detail, headers=error.headers)


async def answer_database(request: Request, error: Exception) -> Response:
    """Answer a database that is away or not migrated, or a question that it gave up."""
    if isinstance(error, psycopg.errors.QueryCanceled):
        problem: Problem = TooSlow("The database gave this up after its time limit; ask for a shorter interval.")
    elif isinstance(error, NO_SCHEMA):
        tell("ERROR", "database-has-another-schema", path=request.url.path, error=shown(error))
        problem = DatabaseAway("The database has not the schema of this api: python -m ingest SETTINGS.toml --migrate.")
    else:
        tell("WARNING", "database-does-not-answer", path=request.url.path, error=shown(error))
        problem = DatabaseAway("The database does not answer; try again in a few seconds.")
    return await answer_problem(request, problem)


async def answer_bug(request: Request, error: Exception) -> Response:
    """Answer a bug without showing it; the server logs the trace."""
    return answer(request, 500, Problem.slug, Problem.title, "The server failed; its log says why. Try again later.")
