"""Takes a file of a register of facilities: good rows in, refused ones back by row and column."""

from typing import Annotated, Final

import msgspec

from ingest import register
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.samples import laboratory
from ingest.values import Connection
from tailings.mapped_tables.faults import BadMap
from tailings.table_file import BadTable

ROLE: Final = "approve"
WHAT: Final = "Import a file of a register of facilities (in base64), or tell what that would do."
REFUSES: Final = (BadTable, BadMap, register.RegisterRefused, register.OlderRegister)
OF_ALL: Final = "*"
"""A register is of no facility; who imports one has the right in every facility."""


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name of the file, its bytes in base64, and how it is read (TOML). preview: nothing is stored."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    content: Annotated[str, msgspec.Meta(min_length=4, max_length=6_000_000)]
    map: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    preview: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many rows are new, changed, unchanged and refused, what differs, what is gone, faults and notes."""
    if task.facility != OF_ALL:
        raise CommandRefused(
            f"A register is of no facility; send it to /api/v1/registers/file, not for {task.facility}."
        )
    content = laboratory.content_of(body.content)
    if body.preview:
        return laboratory.outcome(register.preview(connection, content, body.map))
    return laboratory.outcome(register.take(connection, body.name, content, body.map, task.author))
