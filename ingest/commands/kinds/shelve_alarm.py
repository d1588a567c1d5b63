"""Shelves the rule of an alarm, or takes it out of service: recorded as ever, told to nobody, with an end."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, operator_actions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Shelve the rule of an alarm until a time (at most 7 days), or take it out of service (90)."
REFUSES: Final = (NotPossible,)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which alarm, until when, why, and whether it is out of service."""

    alarm: Annotated[int, msgspec.Meta(ge=1)]
    until: Instant
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
    is_out_of_service: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the hold."""
    kind = "out-of-service" if body.is_out_of_service else "shelved"
    now = datetime.now(UTC)
    return {
        "hold": operator_actions.hold(
            connection, task.facility, body.alarm, kind, task.author, reason=body.reason, now=now, until=body.until
        )
    }
