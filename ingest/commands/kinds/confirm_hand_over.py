"""Confirms a hand-over note: the next person has read it."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, hand_over
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Confirm that you have read a hand-over note."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which one, by its number."""

    hand_over: Annotated[int, msgspec.Meta(ge=1)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the note."""
    hand_over.confirm(connection, task.facility, body.hand_over, task.author, now=datetime.now(UTC))
    return {"hand_over": body.hand_over}
