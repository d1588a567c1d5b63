"""The live stream: what ingest commits, as it commits it."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from starlette.types import Receive, Scope, Send

from api.access import Caller, Known, Seen, require, require_datastream
from api.access.identify import identify
from api.access.limits import line_of
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data, Feed
from api.http.errors import BadParameter, DatabaseAway, NotAllowed, WhoAreYou, shown
from api.http.headers import IS_HEAD
from api.http.parameters import Id, Parameters
from api.http.streams import PatientStream
from api.live import events
from api.live.events import Interest
from api.live.models import CommitEvent
from api.live.places import Place, Places
from api.live.subscribers import LiveSubscriber

MAX_DATASTREAMS: Final = 200
MAX_ID_DIGITS: Final = 19
CHECK_EVERY_S: Final = 60.0
MEDIA_TYPE: Final = "text/event-stream"
EVENTS: Final = {
    MEDIA_TYPE: {"example": 'id: 7\nevent: commit\ndata: {"commit":7,"at":"2026-05-03T14:10:00Z", ...}\n\n'}
}

router = APIRouter(prefix="/api/v1", tags=["live"])


class LiveQuery(Parameters):
    """What to hear of, and since when."""

    facility: Annotated[Id | None, Field(description="Only commits of this facility", examples=["vale"])] = None
    datastream: Annotated[
        tuple[str, ...],
        Field(max_length=MAX_DATASTREAMS, description="Only these: full names or ids; repeat it for more"),
    ] = ()
    after: Annotated[
        int | None, Field(ge=0, le=MAX_POSITION, description="A commit id: `commit` of a list that was read before")
    ] = None


@router.get(
    "/live",
    summary="Server-sent events: one `commit` event for each transaction of ingest",
    response_class=Response,
    responses={200: {"model": CommitEvent, "content": EVENTS}},
)
async def live(
    request: Request,
    database: Data,
    feed: Feed,
    caller: Known,
    seen: Seen,
    query: Annotated[LiveQuery, Query()],
    last_event_id: Annotated[str | None, Header(description="Where to go on; browsers send it by themselves")] = None,
) -> Response:
    """Events: `hello` first; `commit`, whose id is the commit; `reset`: read the lists again; `dropped`: come back.

    Last-Event-ID (or `after`) goes on without a gap and without a repeat. A sign of life comes every 15 seconds.
    """
    after = query.after if last_event_id is None else _commit_id(last_event_id)
    if query.facility is not None:
        await require(database, caller, "read", query.facility)
    found = [await require_datastream(database, caller, "read", ref) for ref in dict.fromkeys(query.datastream)]
    if not feed.is_listening:
        raise DatabaseAway("The live stream has not reached the database yet; try again in a few seconds.")
    if not caller.is_known and seen == frozenset():
        raise WhoAreYou("No facility here is public: a live stream needs a key or a login.", "authorization")
    places: Places = request.app.state.places
    place = Place("" if caller.is_known else line_of(caller.address), query.facility or "")
    if why := places.refusal(place):
        raise DatabaseAway(why)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    if request.scope.get(IS_HEAD):
        return Response(headers=headers, media_type=MEDIA_TYPE)
    client = LiveSubscriber(Interest(query.facility, frozenset(one.id for one in found), seen))
    stream = feed.stream(client, after)
    if caller.is_known:
        stream = _while_allowed(request, caller, stream)
    places.take(place)
    return LiveStream(stream, lambda: places.leave(place), headers)


class LiveStream(PatientStream):
    """The stream of one client; `leave` is called when it is over, however it ends."""

    def __init__(self, stream: AsyncIterator[bytes], leave: Callable[[], None], headers: dict[str, str]) -> None:
        super().__init__(stream, headers=headers, media_type=MEDIA_TYPE)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()


async def _while_allowed(request: Request, caller: Caller, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """End the stream of a key or session that is over, or has other rights now, within a minute."""
    checked_s = time.monotonic()
    async for text in stream:
        if time.monotonic() - checked_s > CHECK_EVERY_S:
            checked_s = time.monotonic()
            try:
                now = await identify(request)
            except (WhoAreYou, NotAllowed):
                now = None
            if now is None or (now.who, now.grants) != (caller.who, caller.grants):
                yield events.dropped("Your rights have changed; come back with what you have now.")
                return
        yield text


def _commit_id(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= MAX_ID_DIGITS and int(text) <= MAX_POSITION:
        return int(text)
    raise BadParameter(f"Last-Event-ID must be the id of a commit, not {shown(text)}.", "last-event-id")
