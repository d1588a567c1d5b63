"""Adds a note to an alarm, open or closed."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, operator_actions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Add a note to an alarm."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which alarm, and the note."""

    alarm: Annotated[int, msgspec.Meta(ge=1)]
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the alarm."""
    operator_actions.note(connection, task.facility, body.alarm, task.author, body.note, now=datetime.now(UTC))
    return {"alarm": body.alarm}
