"""Gives the observations of a span another flag, by hand; the values stay, and it can be undone."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from ingest import revisions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionDraft, RevisionRefused
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Give the observations of a span another quality flag (1 pass, 3 suspect, 4 fail), with a reason."
REFUSES: Final = (RevisionRefused,)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """Which datastream (full name), from when to when (not included), the flag, and why."""

    datastream: str
    start: Instant
    stop: Instant
    quality: Literal[1, 3, 4]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the revision."""
    draft = RevisionDraft(task.facility, "quality", task.author, body.reason, body.start, stop=body.stop)
    return {"revision": revisions.set_quality(connection, draft, body.datastream, body.quality)}
