"""What came and could not be stored."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.access import OfFacility
from api.http import answers, cursors
from api.http.dependencies import Data, position
from api.http.parameters import Cursor, FacilityId, Id, Parameters, Sender
from api.quarantine import queries, undeclared
from api.quarantine.models import Quarantine, Undeclared

MAX_MESSAGES: Final = 200

router = APIRouter(prefix="/api/v1", tags=["ledger"])


class QuarantineQuery(Parameters):
    """Which quarantined messages."""

    sender: Annotated[Sender | None, Field(description="Only of this node, or agent", examples=["n07"])] = None
    reason: Annotated[Id | None, Field(description="Only for this reason", examples=["relative-time"])] = None
    state: Annotated[Id | None, Field(description="Only in this state", examples=["open"])] = None
    raw: Annotated[Literal["base64"] | None, Field(description="base64: with the bytes that came")] = None
    limit: Annotated[int, Field(ge=1, le=MAX_MESSAGES, description="Messages in one answer")] = 50
    cursor: Cursor = None


@router.get(
    "/facilities/{facility}/quarantine",
    summary="Messages that could not be stored, the newest first",
    dependencies=[Depends(OfFacility("read"))],
)
async def quarantine_of_facility(
    request: Request, facility: FacilityId, database: Data, query: Annotated[QuarantineQuery, Query()]
) -> Quarantine:
    """Each with its reason, the field at fault and what would help."""
    filters = {"sender": query.sender, "reason": query.reason, "state": query.state}
    scope = f"quarantine {facility} {filters}"
    before = position(scope, query.cursor, cursors.MAX_POSITION)
    with_raw = query.raw == "base64"
    found = await queries.of_facility(database, facility, before, query.limit, with_raw, filters=filters)
    following = None
    if len(found) == query.limit:
        following = answers.next_page(request, cursor=cursors.encode(scope, found[-1].id))
    waiting = await queries.waiting(database, facility, query.sender)
    held = await queries.held(database, facility)
    room = await queries.room(database, facility)
    return Quarantine(facility=facility, quarantined=found, waiting=waiting, held=held, room=room, next=following)


@router.get(
    "/facilities/{facility}/undeclared",
    summary="Channels that come and are not declared",
    dependencies=[Depends(OfFacility("read"))],
)
async def undeclared_of_facility(facility: FacilityId, database: Data) -> Undeclared:
    """Each with its newest value and the lines that declare it; at most 200, by name."""
    return Undeclared(facility=facility, undeclared=await undeclared.of_facility(database, facility))
