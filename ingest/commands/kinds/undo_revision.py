"""Gives back what a revision replaced; both stay in the book of revisions."""

from typing import Annotated, Final

import msgspec

from ingest import revisions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionRefused
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Give back what a revision replaced."
REFUSES: Final = (RevisionRefused,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which revision, and why."""

    revision: Annotated[int, msgspec.Meta(ge=1)]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the revision that undoes it."""
    return {"revision": revisions.undo(connection, task.facility, body.revision, task.author, body.reason)}
