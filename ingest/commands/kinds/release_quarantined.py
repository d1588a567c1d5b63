"""Releases quarantined messages at once: all that wait for one reason, moved by how wrong their clock was."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from ingest import quarantine
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import BadFacility

ROLE: Final = "approve"
WHAT: Final = "Store all messages that were refused for one reason, moved by how wrong their clock was."
REFUSES: Final = (RevisionRefused, BadFacility)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """Refused as what, by how many seconds the clock was ahead (below 0: behind, 0: it was right), and why.

    Only of one sender, or only what arrived at the centre from when to when (not included), where that is said.
    """

    refused_as: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    clock_ahead_s: Annotated[float, msgspec.Meta(ge=-4e9, le=4e9)]
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]
    sender: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    start: Instant | None = None
    stop: Instant | None = None


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many messages and readings are stored now, the revisions, and why others were left."""
    chosen = quarantine.Chosen(task.facility, body.refused_as, body.sender, body.start, body.stop)
    done = quarantine.release(connection, chosen, body.clock_ahead_s, task.author, body.note, tell=tell)
    left = [{"quarantined": id, "why": why} for id, why in done.left]
    return {"messages": done.messages, "readings": done.readings, "revisions": list(done.revisions), "left": left}
