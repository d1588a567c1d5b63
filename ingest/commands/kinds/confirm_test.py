"""Confirms a test alarm: somebody got it."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import test_alarms
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Confirm that you got a test alarm."


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which one."""

    test: Annotated[int, msgspec.Meta(ge=1)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return its number."""
    if not test_alarms.confirm(connection, task.facility, body.test, task.author, datetime.now(UTC)):
        raise CommandRefused(f"test: there is no test alarm {body.test} here.")
    return {"test": body.test}
