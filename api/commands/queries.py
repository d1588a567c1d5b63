"""Command rows: the api writes the command and reads what ingest made of it."""

from typing import Any, Final, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from api.commands.models import Command, CommandKind
from api.http.database import DatabasePool
from api.http.errors import BadParameter

COLUMNS: Final = """
SELECT id, kind, facility_id AS facility, author, issued_at, changed_at, state,
       progress::float8 AS progress, outcome
FROM command
"""
ONE: Final = COLUMNS + "WHERE id = %(id)s"
BEFORE: Final = (
    COLUMNS
    + """
WHERE id < %(before)s AND (%(seen)s::text[] IS NULL OR facility_id = ANY(%(seen)s))
  AND (%(facility)s::text IS NULL OR facility_id = %(facility)s)
ORDER BY id DESC LIMIT %(limit)s
"""
)
KINDS: Final = "SELECT kind, role, what, body FROM command_kind ORDER BY kind"
OPEN: Final = "SELECT count(*)::int AS id FROM command WHERE author = %(author)s AND state IN ('issued', 'running')"
ADD: Final = """
INSERT INTO command (kind, facility_id, body, author) VALUES (%(kind)s, %(facility)s, %(body)s, %(author)s)
RETURNING id
"""
STOP: Final = """
UPDATE command SET stop_requested_by = %(author)s WHERE id = %(id)s AND state IN ('issued', 'running') RETURNING id
"""


class Id(NamedTuple):
    """The row that was written."""

    id: int


async def kinds(database: DatabasePool) -> list[CommandKind]:
    """Return what the running ingest can carry out."""
    return await database.rows(CommandKind, KINDS, {})


async def open_of(database: DatabasePool, author: str) -> int:
    """Return how many commands of an author wait or run."""
    found = await database.row(Id, OPEN, {"author": author})
    return found.id if found else 0


async def add(database: DatabasePool, kind: str, facility: str, body: dict[str, Any], author: str) -> int:
    """Write a command and return its id; raise BadParameter for a body that JSON has and the database has not."""
    values = {"kind": kind, "facility": facility, "body": Jsonb(body), "author": author}
    try:
        row = await database.write(Id, ADD, values)
    except (psycopg.DataError, UnicodeEncodeError) as error:
        what = "a number beyond all numbers, half a character, or the character 0"
        raise BadParameter(f"body cannot be stored: it holds {what}.", "body") from error
    assert row is not None
    return row.id


async def stop(database: DatabasePool, id: int, author: str) -> bool:
    """Write that somebody wants it stopped; False when it is over."""
    return await database.write(Id, STOP, {"id": id, "author": author}) is not None


async def one(database: DatabasePool, id: int) -> Command | None:
    """Return a command."""
    return await database.row(Command, ONE, {"id": id})


async def before(
    database: DatabasePool, before: int, limit: int, facility: str | None, seen: frozenset[str] | None
) -> list[Command]:
    """Return up to `limit` commands with an id below `before`, the newest first, of the facilities that are seen."""
    shown = None if seen is None else sorted(seen)
    return await database.rows(Command, BEFORE, {"before": before, "limit": limit, "facility": facility, "seen": shown})
