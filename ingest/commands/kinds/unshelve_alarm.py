"""Ends a hold before its time."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, operator_actions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "End a hold (shelved, or out of service) before its time."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which hold."""

    hold: Annotated[int, msgspec.Meta(ge=1)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the hold."""
    operator_actions.end_hold(connection, task.facility, body.hold, task.author, datetime.now(UTC))
    return {"hold": body.hold}
