"""Writes down whether a row of a register is the same facility as another row, or as a facility of this site."""

from typing import Annotated, Final

import msgspec
import psycopg

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.commands.kinds.import_register import OF_ALL
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Say that two rows of registers, or a row and a facility of this site, are the same facility, or are not."
ADD: Final = """
INSERT INTO register_match (entry_id, other_entry_id, facility_id, is_same, author) VALUES (%s, %s, %s, %s, %s)
RETURNING id
"""
OF_ONE: Final = """
SELECT count(*) = 2 AND count(DISTINCT register_id) = 1 FROM register_entry WHERE id IN (%s, %s)
"""
Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Number of the entry, and either that of the other one or the id of a facility of this site."""

    entry: Number
    is_same: bool
    other: Number | None = None
    facility: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")] | None = None


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the decision; rows of registers stay as they are."""
    if task.facility != OF_ALL:
        raise CommandRefused(
            f"A register is of no facility; send it to /api/v1/registers/matches, not for {task.facility}."
        )
    if (body.other is None) == (body.facility is None) or body.other == body.entry:
        raise CommandRefused("Give the number of another entry, or the id of a facility of this site.")
    if body.other is not None and connection.execute(OF_ONE, (body.entry, body.other)).fetchone() == (True,):
        raise CommandRefused("Both stand in the same register, which lists a facility once.")
    first, second = sorted((body.entry, body.other)) if body.other is not None else (body.entry, None)
    try:
        row = connection.execute(ADD, (first, second, body.facility, body.is_same, task.author)).fetchone()
    except psycopg.errors.ForeignKeyViolation as error:
        raise CommandRefused("There is no such entry or facility; /api/v1/registers/entries lists them.") from error
    assert row is not None
    return {"match": row[0]}
