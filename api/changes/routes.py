"""What changed since a commit, and what each month comes to: how a copy elsewhere stays equal."""

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.access import Caller, Known, Seen, require, require_datastream
from api.changes import answers, months, queries
from api.changes.answers import PagePlace
from api.changes.models import Changes, MonthDigests
from api.changes.queries import ChangesScope
from api.http import answers as http_answers
from api.http import cursors
from api.http.cursors import MAX_POSITION
from api.http.database import DatabasePool, seen_ids
from api.http.dependencies import Data, positions
from api.http.errors import BadParameter, WhoAreYou
from api.http.parameters import Cursor, Id, Parameters
from api.live import commits

MAX_DATASTREAMS: Final = 200
MAX_REF: Final = 200
MAX_ROWS: Final = 50_000
MAX_MONTHS: Final = 1_000
MONTH: Final = r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$"
MONTHS: Final = "/api/v1/changes/months"

Refs = Annotated[
    tuple[Annotated[str, Field(max_length=MAX_REF)], ...],
    Field(max_length=MAX_DATASTREAMS, description="Only these: full names or ids; repeat it for more"),
]
OnlyFacility = Annotated[Id | None, Field(description="Only of this facility", examples=["vale"])]

router = APIRouter(prefix="/api/v1", tags=["changes"])


class ChangesSinceQuery(Parameters):
    """Since when, and of what."""

    since: Annotated[
        int | None,
        Field(ge=0, le=MAX_POSITION, description="`until` of the answer before; leave it out to begin with all months"),
    ] = None
    facility: OnlyFacility = None
    datastream: Refs = ()
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS, description="Observations in one answer")] = 10_000
    cursor: Cursor = None


class MonthsQuery(Parameters):
    """Which months."""

    facility: OnlyFacility = None
    datastream: Refs = ()
    month: Annotated[str | None, Field(pattern=MONTH, description="Only this one", examples=["2026-05"])] = None
    limit: Annotated[int, Field(ge=1, le=MAX_MONTHS, description="Months in one answer")] = 100
    cursor: Cursor = None


@router.get(
    "/changes",
    summary="What changed since a commit: observations, flags, revisions, facility files",
    response_class=Response,
    responses={200: {"model": Changes, "headers": {"link": {"description": "The next page"}}}},
)
async def changes_since(
    request: Request, database: Data, caller: Known, seen: Seen, query: Annotated[ChangesSinceQuery, Query()]
) -> Response:
    """Put each span in place of what you have of it, and you have what the database has.

    The log keeps the newest million commits: who was away for longer gets `begins` and `months`, and misses nothing.
    """
    scope = await _scope(database, caller, seen, query.facility, query.datastream)
    newest = await commits.newest(database)
    if query.since is None or query.since > newest:
        return _anew(request, query, newest, await queries.oldest_known(database))
    cursor_scope = f"changes {query.since} {scope.facilities if query.facility else ''} {scope.ids}"
    after = None if query.cursor is None else PagePlace(*positions(cursor_scope, query.cursor, (0, 0, 0)))
    try:
        found = await answers.page(database, query.since, after, scope, query.limit)
    except OverflowError as error:
        raise BadParameter("cursor cannot be used: it holds no time.", "cursor") from error
    # Asked last: what was forgotten meanwhile was not read.
    oldest = await queries.oldest_known(database)
    if query.since < oldest:
        return _anew(request, query, newest, oldest)
    following = None
    if found.place is not None:
        following = http_answers.next_page(request, cursor=cursors.encode(cursor_scope, *found.place))
    elif found.run.until < newest:
        following = _since(request, found.run.until)
    head = {"next": following, "since": query.since, "until": found.run.until, "begins": None, "months": None}
    return http_answers.json(request, msgspec.json.encode(head | found.body), following)


@router.get(
    "/changes/months",
    summary="Months of datastreams with the content hash of their rows",
    response_class=Response,
    responses={200: {"model": MonthDigests, "headers": {"link": {"description": "The next page"}}}},
)
async def months_of_datastreams(
    request: Request, database: Data, caller: Known, seen: Seen, query: Annotated[MonthsQuery, Query()]
) -> Response:
    """Your copy is equal where your rows of a month give the same hash; docs/researching.md has the rule.

    A month without observations is not listed.
    """
    scope = await _scope(database, caller, seen, query.facility, query.datastream)
    cursor_scope = f"months {scope.facilities if query.facility else ''} {scope.ids} {query.month}"
    after = positions(cursor_scope, query.cursor, (0, months.NO_MONTH))
    only = None if query.month is None else months.named(query.month)
    found = await months.page(database, scope, (after[0], after[1]), only, query.limit)
    following = None
    if found.place is not None:
        following = http_answers.next_page(request, cursor=cursors.encode(cursor_scope, *found.place))
    body = MonthDigests(months=found.months, next=following).model_dump_json().encode()
    return http_answers.json(request, body, following)


async def _scope(
    database: DatabasePool, caller: Caller, seen: frozenset[str] | None, facility: str | None, refs: tuple[str, ...]
) -> ChangesScope:
    """Return what is asked for; raise NotFound, WhoAreYou or NotAllowed for what the caller may not read."""
    if facility is not None:
        await require(database, caller, "read", facility)
    found = [await require_datastream(database, caller, "read", ref) for ref in dict.fromkeys(refs)]
    if not caller.is_known and seen == frozenset():
        raise WhoAreYou("No facility here is public: this needs a key or a login.", "authorization")
    readable = seen_ids(seen)
    ids = sorted({one.id for one in found}) if refs else None
    return ChangesScope(readable if facility is None else [facility], ids)


def _anew(request: Request, query: ChangesSinceQuery, newest: int, oldest: int) -> Response:
    """Answer who has no place in the log: which months there are, and where the log goes on."""
    following = _since(request, newest)
    address = request.url.include_query_params().remove_query_params(["since", "limit", "cursor"])
    told: dict[str, Any] = {
        "next": following,
        "since": query.since,
        "until": newest,
        "begins": oldest,
        "months": f"{MONTHS}?{address.query}".rstrip("?"),
        "facilities": [],
        "revisions": [],
        "spans": [],
    }
    return http_answers.json(request, msgspec.json.encode(told), following)


def _since(request: Request, until: int) -> str:
    url = request.url.remove_query_params("cursor").include_query_params(since=str(until))
    return f"{url.path}?{url.query}"
