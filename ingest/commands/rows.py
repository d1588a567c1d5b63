"""The command table from the side that carries commands out.

Who works on a command holds a session lock with its number: when that process dies, the lock is gone and another one
takes the command up again. After MAX_ATTEMPTS it is given up, so that a command that kills ingest does so three times
and no more.
"""

from collections.abc import Iterable
from typing import Final

from psycopg.types.json import Jsonb

from ingest.commands.kind import Kind, Outcome, Task
from ingest.values import Connection

CHANNEL: Final = "tailwatch_command"
LOCK_CLASS: Final = 7_411
MAX_ATTEMPTS: Final = 3
LOOKED_AT: Final = 50
GIVEN_UP: Final = "It was begun three times and ingest ended each time; its log says why."
STOPPED: Final = "It was stopped before it was done; nothing was changed."

OPEN: Final = "SELECT id FROM command WHERE state IN ('issued', 'running') ORDER BY id LIMIT %s"
TRY_LOCK: Final = "SELECT pg_try_advisory_lock(%s, %s)"
UNLOCK: Final = "SELECT pg_advisory_unlock(%s, %s)"
TAKE: Final = """
UPDATE command SET state = 'running', attempts = attempts + 1, progress = 0, changed_at = clock_timestamp()
WHERE id = %s AND state IN ('issued', 'running')
RETURNING id, kind, facility_id, author, body, attempts, stop_requested_by IS NOT NULL
"""
PROGRESS: Final = """
UPDATE command SET progress = %s, changed_at = clock_timestamp() WHERE id = %s AND state = 'running'
RETURNING stop_requested_by IS NOT NULL
"""
TAKE_OUT: Final = "UPDATE command SET body = body - %s::text[] WHERE id = %s"
END: Final = """
UPDATE command SET state = %s, progress = CASE WHEN %s = 'done' THEN 1 ELSE progress END, outcome = %s,
    changed_at = clock_timestamp() WHERE id = %s AND state = 'running'
"""
ACT_AS: Final = "SELECT set_config('tailwatch.actor', %s, true)"
KIND: Final = """
INSERT INTO command_kind (kind, role, what, body) VALUES (%s, %s, %s, %s)
ON CONFLICT (kind) DO UPDATE SET role = excluded.role, what = excluded.what, body = excluded.body
"""
FORGET: Final = "DELETE FROM command_kind WHERE kind <> ALL (%s)"


def offer(connection: Connection, offered: Iterable[Kind]) -> None:
    """Write what can be asked for."""
    known = list(offered)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(KIND, [(kind.name, kind.role, kind.what, Jsonb(kind.schema())) for kind in known])
        cursor.execute(FORGET, ([kind.name for kind in known],))


def take(connection: Connection) -> Task | None:
    """Take the oldest command that nobody works on; its lock is ours until `leave` or the end of the connection."""
    for (id,) in connection.execute(OPEN, (LOOKED_AT,)).fetchall():
        if connection.execute(TRY_LOCK, (LOCK_CLASS, _lock(id))).fetchone() != (True,):
            continue
        row = connection.execute(TAKE, (id,)).fetchone()
        if row is not None and row[5] <= MAX_ATTEMPTS:
            return Task(*row)
        if row is not None:
            end(connection, id, "failed", {"reason": GIVEN_UP})
        leave(connection, id)
    return None


def leave(connection: Connection, id: int) -> None:
    """Give the lock back."""
    connection.execute(UNLOCK, (LOCK_CLASS, _lock(id)))


def progress(connection: Connection, id: int, share: float) -> bool:
    """Write how much is done; True when somebody has asked to stop it."""
    return connection.execute(PROGRESS, (min(max(share, 0.0), 1.0), id)).fetchone() == (True,)


def take_out(connection: Connection, id: int, fields: Iterable[str]) -> None:
    """Take fields of the body away for ever: what ingest alone may know."""
    if named := list(fields):
        connection.execute(TAKE_OUT, (named, id))


def act_as(connection: Connection, author: str) -> None:
    """Let the audit log name the author for what this transaction changes."""
    connection.execute(ACT_AS, (author,))


def end(connection: Connection, id: int, state: str, outcome: Outcome) -> bool:
    """Write what became of a command; False when it was over already."""
    return connection.execute(END, (state, state, Jsonb(outcome), id)).rowcount == 1


def _lock(id: int) -> int:
    """Two commands 2^31 apart share a lock: one waits for the other."""
    return id % 2**31
