"""Closes an action of an alarm with its evidence."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, operator_actions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Close an action of an alarm: say what was done."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which action, and what was done."""

    action: Annotated[int, msgspec.Meta(ge=1)]
    evidence: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the alarm."""
    now = datetime.now(UTC)
    return {
        "alarm": operator_actions.close_action(
            connection, task.facility, body.action, task.author, body.evidence, now=now
        )
    }
