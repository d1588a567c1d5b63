"""Observations that have left the database by age: who asks for them by time or id is told so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from api.http.database import DatabasePool
from api.http.errors import Archived
from api.sensorthings import model
from api.sensorthings.entities import OBSERVATIONS, SETS
from api.sensorthings.model import EntitySet
from api.sensorthings.syntax import Arithmetic, Call, Compared, Joined, Literal, Negated, Node, Options, Path
from tailings.instants import rfc3339

ENDS: Final = "SELECT max(stop) FROM released_span WHERE stop > %(at)s"
OF_TIME: Final = ("phenomenonTime", "resultTime")


async def check(database: DatabasePool, of: EntitySet, options: Options) -> None:
    """Raise Archived where a condition names a time before the end of what has left."""
    named = list(_times(of, options))
    if named:
        await check_time(database, min(named))


async def check_time(database: DatabasePool, at: datetime) -> None:
    """Raise Archived where observations of this time have left."""
    (end,) = await database.tuple(ENDS, {"at": at})
    if end is not None:
        until = rfc3339(end)
        raise Archived(
            f"Observations before {until} have left the database by age. The archive has them, and `tailwatch archive "
            f"restore` brings them back; ask for what begins at {until}.",
            "$filter",
        )


def _times(of: EntitySet, options: Options) -> Iterator[datetime]:
    if options.filter is not None:
        yield from _compared(of, options.filter)
    for one in options.expand:
        if one.name in of.navigations:
            yield from _times(SETS[of.navigations[one.name].target], one.options)


def _compared(of: EntitySet, node: Node) -> Iterator[datetime]:
    match node:
        case Joined(_, parts):
            for part in parts:
                yield from _compared(of, part)
        case Negated(condition):
            yield from _compared(of, condition)
        case Compared(_, left, right) if any(_names_time(of, side) for side in (left, right)):
            for side in (left, right):
                yield from _literals(side)


def _names_time(of: EntitySet, node: Node) -> bool:
    match node:
        case Path(names):
            way = ("Observations", *names) if of is OBSERVATIONS and len(names) == 1 else names
            return way[-2:] in {("Observations", name) for name in OF_TIME}
        case Arithmetic(_, left, right):
            return _names_time(of, left) or _names_time(of, right)
        case Call(_, given):
            return any(_names_time(of, one) for one in given)
    return False


def _literals(node: Node) -> Iterator[datetime]:
    match node:
        case Literal(model.TIME, value):
            yield value
        case Literal(model.INTERVAL, (start, _)):
            yield start
