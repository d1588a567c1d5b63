"""Says in words what a reader should know of a span of a datastream or of the whole facility."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from ingest import revisions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionDraft, RevisionRefused
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Annotate a span of a datastream, or of the whole facility."
REFUSES: Final = (RevisionRefused,)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """From when to when (not included), what to say, and of which datastream (full name; else of the facility)."""

    start: Instant
    stop: Instant
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]
    datastream: str | None = None


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the annotation."""
    draft = RevisionDraft(task.facility, "quality", task.author, body.reason, body.start, stop=body.stop)
    return {"annotation": revisions.annotate(connection, draft, body.datastream)}
