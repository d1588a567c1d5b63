"""Derives a stretch of history anew by the stored facility file, or says what that would change."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from ingest import rederive
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import BadFacility

ROLE: Final = "approve"
WHAT: Final = "Derive history anew by the stored facility file; without `apply` only say what would change."
REFUSES: Final = (RevisionRefused, BadFacility)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """From when to when (not included), whether to replace the values, and why."""

    start: Instant
    stop: Instant
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]
    apply: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the preview, or the number of the revision."""
    facility = rederive.stored_facility(connection, task.facility)
    stretch = rederive.stretch(connection, facility, body.start, body.stop)
    if not body.apply:
        return rederive.preview(connection, stretch, tell).document()
    return {"revision": rederive.apply_at_once(connection, stretch, task.author, body.reason, tell)}
