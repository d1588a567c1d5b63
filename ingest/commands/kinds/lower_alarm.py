"""Lowers the level of an alarm to what the values say; only the role that the plan names may."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, operator_actions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Lower the level of an alarm to what the values say (the role that the plan names)."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which alarm, and why."""

    alarm: Annotated[int, msgspec.Meta(ge=1)]
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the level in words."""
    now = datetime.now(UTC)
    return {"level": operator_actions.lower(connection, task.facility, body.alarm, task.author, body.note, now=now)}
