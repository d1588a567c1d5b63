"""Sends a test alarm to the recipients of the dam in turn, as an alarm would go; it counts nowhere."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.commands.kind import Outcome, Task, Tell
from ingest.notifications import test_alarms
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Send a test alarm to the recipients of the dam in turn, until somebody confirms."


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which level: 1 yellow, 3 red."""

    level: Annotated[int, msgspec.Meta(ge=1, le=3)] = 3


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return its number; the outbox says who got it and when."""
    return {"test": test_alarms.add(connection, task.facility, body.level, task.author, datetime.now(UTC))}
