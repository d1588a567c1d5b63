"""Takes a layer of land use out; that it was loaded, when and by whom stays known."""

from typing import Annotated, Final

import msgspec

from ingest import land
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.commands.kinds.import_register import OF_ALL
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Take a layer of land use out."
REFUSES: Final = (land.UnknownLayer,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Its id."""

    layer: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many shapes it had."""
    if task.facility != OF_ALL:
        raise CommandRefused(f"A layer is of no facility; give facility '*', not {task.facility}.")
    return {"features": land.remove(connection, body.layer, task.author)}
