"""Takes back samples of a file of assays that was imported by mistake; what stood before them counts again."""

from typing import Annotated, Final

import msgspec

from ingest.commands.kind import Outcome, Task, Tell
from ingest.samples import assays, laboratory
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Take back samples of a file of assays that was imported by mistake: all, or those that are named."
REFUSES: Final = (assays.WithdrawalRefused, laboratory.UnknownFacility)
MOST_SAMPLES: Final = 10_000


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Number of the import, why, and the samples by name; without them all of the file."""

    file: Annotated[int, msgspec.Meta(ge=1)]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]
    samples: Annotated[list[Annotated[str, msgspec.Meta(min_length=1)]], msgspec.Meta(max_length=MOST_SAMPLES)] = []


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the withdrawal, the names of the samples, and which still count by another file."""
    told = assays.withdraw(connection, task.facility, body.file, task.author, body.reason, names=body.samples)
    return laboratory.outcome(told)
