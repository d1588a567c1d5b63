"""Settles quarantined messages: a person has looked and says why nothing more is to be done with them.

They stay as they came; only their state changes, and the note stands in the request.
"""

from typing import Annotated, Final

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "Settle quarantined messages that were looked at, with a note why."
MAX_MESSAGES: Final = 1_000
SETTLE: Final = """
UPDATE quarantine SET state = 'settled' WHERE facility_id = %s AND id = ANY (%s) AND state = 'open' RETURNING id
"""
KNOWN: Final = "SELECT id FROM quarantine WHERE facility_id = %s AND id = ANY (%s)"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages (`id` of the quarantine list), and why."""

    quarantined: Annotated[list[int], msgspec.Meta(min_length=1, max_length=MAX_MESSAGES)]
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Settle them all, or none when one is not of this facility; return those that were open."""
    asked = sorted(set(body.quarantined))
    known = {row[0] for row in connection.execute(KNOWN, (task.facility, asked)).fetchall()}
    if unknown := [id for id in asked if id not in known]:
        raise CommandRefused(f"quarantined: {unknown[0]} is no quarantined message of {task.facility}.")
    settled = connection.execute(SETTLE, (task.facility, asked)).fetchall()
    return {"settled": sorted(row[0] for row in settled)}
