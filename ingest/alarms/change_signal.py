"""Telling whoever watches that alarms have changed: a commit of the facilities whose alarms got a line of history."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ingest.store import commit
from ingest.values import Connection

NEWEST: Final = "SELECT coalesce(max(id), 0) FROM alarm_history"
CHANGED: Final = """
SELECT DISTINCT e.facility_id FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id WHERE h.id > %s"""


@contextmanager
def told(connection: Connection) -> Iterator[None]:
    """Log a commit for what is written to alarms meanwhile; nothing may be written after it in this transaction."""
    newest = connection.execute(NEWEST).fetchone()
    assert newest is not None
    yield
    changed = {row[0] for row in connection.execute(CHANGED, newest).fetchall()}
    if changed:
        commit.write(connection, changed, [])
