"""Command rows: the api writes the command and reads what ingest made of it."""

from typing import Any, Final, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from api.commands.models import Command, CommandKind
from api.http.database import DatabasePool, seen_ids
from api.http.errors import BadParameter, WhoAreYou

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
ADD: Final = "SELECT issue_command(%(secret)s, %(kind)s, %(facility)s, %(body)s) AS id"
STOP: Final = "SELECT stop_command(%(secret)s, %(id)s) AS id"


class Id(NamedTuple):
    """The row that was written; None: none was."""

    id: int | None


async def kinds(database: DatabasePool) -> list[CommandKind]:
    """Return what the running ingest can carry out."""
    return await database.rows(CommandKind, KINDS, {})


async def open_of(database: DatabasePool, author: str) -> int:
    """Return how many commands of an author wait or run."""
    found = await database.row(Id, OPEN, {"author": author})
    return (found.id or 0) if found else 0


async def add(database: DatabasePool, kind: str, facility: str, body: dict[str, Any], secret: str) -> int:
    """Write a command in the name of who holds the secret, and return its id.

    Raises BadParameter for a body that JSON has and the database has not, WhoAreYou where session or key just ended.
    """
    values = {"kind": kind, "facility": facility, "body": Jsonb(body), "secret": secret}
    try:
        row = await database.write(Id, ADD, values)
    except (psycopg.DataError, UnicodeEncodeError) as error:
        what = "a number beyond all numbers, half a character, or the character 0"
        raise BadParameter(f"body cannot be stored: it holds {what}.", "body") from error
    if row is None or row.id is None:
        raise WhoAreYou("This session or key has just ended; log in, or send another key.")
    return row.id


async def stop(database: DatabasePool, id: int, secret: str) -> bool:
    """Write that who holds the secret wants it stopped; False when it is over."""
    row = await database.write(Id, STOP, {"id": id, "secret": secret})
    return row is not None and row.id is not None


async def one(database: DatabasePool, id: int) -> Command | None:
    """Return a command."""
    return await database.row(Command, ONE, {"id": id})


async def before(
    database: DatabasePool, before: int, limit: int, facility: str | None, seen: frozenset[str] | None
) -> list[Command]:
    """Return up to `limit` commands with an id below `before`, the newest first, of the facilities that are seen."""
    shown = seen_ids(seen)
    return await database.rows(Command, BEFORE, {"before": before, "limit": limit, "facility": facility, "seen": shown})
