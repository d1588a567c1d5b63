"""Sends a test to a recipient, by the way that an alarm goes."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import composition, recipients
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Send a test to a recipient of alarms."


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which one, by its name."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return its name; the outbox says what became of it."""
    found = [one for one in recipients.known(connection) if (one.facility, one.name) == (task.facility, body.name)]
    if not found:
        raise CommandRefused(f"name: nobody is called {body.name!r} here.")
    composition.test(connection, found[0], task.id, datetime.now(UTC))
    return {"name": body.name}
