"""Takes back readings that a person entered by hand; what hangs on them is derived anew."""

from typing import Annotated, Final

import msgspec

from ingest import imports
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import BadFacility

ROLE: Final = "annotate"
WHAT: Final = "Take back readings that were entered by hand, all of one entry."
REFUSES: Final = (RevisionRefused, BadFacility)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The revision of the entry, and why."""

    revision: Annotated[int, msgspec.Meta(ge=1)]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the revision that takes it back."""
    return {"revision": imports.withdraw(connection, task.facility, body.revision, task.author, body.reason)}
