"""The one way in which a command is given, for its addresses and for the forms of pages."""

from collections.abc import Collection
from typing import Final

from fastapi import Response

from api.access import Caller, require, require_in
from api.access.roles import EVERYWHERE
from api.commands import models, queries
from api.http.database import DatabasePool
from api.http.errors import BadParameter, TooMany, shown

MAX_OPEN: Final = 20
RETRY_S: Final = 10.0


async def give(database: DatabasePool, caller: Caller, command: models.NewCommand) -> models.Command:
    """Write a command of a known kind that the caller may give, and return it; raises what a caller gets otherwise."""
    known = await _known(database, command.kind)
    await require(database, caller, known.role, command.facility)  # type: ignore[arg-type]
    return await _written(database, caller, command.kind, command.facility, command.body)


async def give_everywhere(database: DatabasePool, caller: Caller, kind: str, body: models.Body) -> models.Command:
    """The same of a command that is of no facility: it needs the right in every one."""
    known = await _known(database, kind)
    require_in(caller, known.role, EVERYWHERE, is_public=False)  # type: ignore[arg-type]
    return await _written(database, caller, kind, EVERYWHERE, body)


def accepted(response: Response, given: models.Command) -> models.Command:
    """Say in the head of an answer where what becomes of a command can be asked."""
    response.headers["location"] = f"/api/v1/commands/{given.id}"
    return given


async def _known(database: DatabasePool, kind: str) -> models.CommandKind:
    known = {one.kind: one for one in await queries.kinds(database)}
    if kind not in known:
        raise BadParameter(f"There is no kind {shown(kind)}; known are {', '.join(known) or 'none yet'}.", "kind")
    return known[kind]


async def _written(
    database: DatabasePool, caller: Caller, kind: str, facility: str, body: models.Body
) -> models.Command:
    if await queries.open_of(database, caller.who) >= MAX_OPEN:
        raise TooMany(f"{MAX_OPEN} commands of yours wait or run; ask again when one is over.", RETRY_S)
    id = await queries.add(database, kind, facility, body, caller.secret)
    found = await find(database, id)
    assert found is not None  # nothing is deleted
    return found


async def own(
    database: DatabasePool, caller: Caller, facility: str, id: int | None, kinds: Collection[str]
) -> models.Command | None:
    """Return a command of these kinds that the caller himself gave here; None for any other one, and for none."""
    found = await queries.one(database, id) if id else None
    is_own = found is not None and (found.author, found.facility) == (caller.who, facility) and found.kind in kinds
    return found if is_own else None


async def find(database: DatabasePool, id: int) -> models.Command | None:
    """Return a command, whoever gave it: the caller of this function says who may know of it."""
    return await queries.one(database, id)
