"""Takes a laboratory's table of water samples: good rows in, faults back by row and column; again changes nothing."""

from typing import Annotated, Final

import msgspec

from ingest.commands.kind import Outcome, Task, Tell
from ingest.samples import laboratory, water
from ingest.values import Connection
from tailings.laboratory import BadTable

ROLE: Final = "approve"
WHAT: Final = "Import a laboratory's table of water samples (CSV or XLSX, in base64)."
REFUSES: Final = (BadTable, laboratory.UnknownFacility)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name of the file, and its bytes in base64."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    content: Annotated[str, msgspec.Meta(min_length=4, max_length=6_000_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many samples are new, revised and unchanged, and the faults."""
    content = laboratory.content_of(body.content)
    return laboratory.outcome(water.take(connection, task.facility, body.name, content, task.author))
