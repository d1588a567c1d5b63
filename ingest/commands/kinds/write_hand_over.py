"""Writes a hand-over note at the end of a shift; the system adds the open alarms and what is held."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, hand_over
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Write a hand-over note for the next shift."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the next person must know."""

    note: Annotated[str, msgspec.Meta(min_length=3, max_length=4_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the note."""
    now = datetime.now(UTC)
    return {"hand_over": hand_over.write(connection, task.facility, task.author, body.note, now=now)}
