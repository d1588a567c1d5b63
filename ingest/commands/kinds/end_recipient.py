"""Ends a recipient: it is told no more."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import recipients
from ingest.values import Connection

ROLE: Final = "admin"
WHAT: Final = "Tell a recipient of alarms no more."


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which one, by its name."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return its name."""
    if not recipients.end(connection, task.facility, body.name, datetime.now(UTC)):
        raise CommandRefused(f"name: nobody is called {body.name!r} here.")
    return {"name": body.name}
