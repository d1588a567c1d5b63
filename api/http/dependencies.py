"""The addresses of the api, one module a noun; each offers its `router`."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from api.http import cursors, times
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.live.feed import LiveFeed
from api.standby.history import database_of

__all__ = ["Data", "Feed", "Now", "now", "position", "positions"]


def position(scope: str, cursor: str | None, default: int) -> int:
    """Return where a page begins: the cursor's position, or `default` without one; raise BadParameter."""
    return positions(scope, cursor, (default,))[0]


def positions(scope: str, cursor: str | None, default: tuple[int, ...]) -> tuple[int, ...]:
    """The same of a list whose position is several numbers."""
    if cursor is None:
        return default
    try:
        return cursors.decode(scope, cursor, len(default))
    except cursors.BadCursor as error:
        raise BadParameter(f"cursor cannot be used: {error}.", "cursor") from error


async def _database(request: Request) -> DatabasePool:
    return database_of(request)


async def _feed(request: Request) -> LiveFeed:
    return cast(LiveFeed, request.app.state.feed)


async def now() -> datetime:
    """Return the instant that an answer is of; a test may say another one (`dependency_overrides`)."""
    return times.now()


Data = Annotated[DatabasePool, Depends(_database)]
Feed = Annotated[LiveFeed, Depends(_feed)]
Now = Annotated[datetime, Depends(now)]
