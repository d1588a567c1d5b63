"""Retires a gateway that is gone for ever: what it might have brought is lost, and no longer on the way."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.store import losses
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Declare that a gateway is gone for ever: packs that only it might still bring are then lost."
QUIET: Final = timedelta(hours=1)
"""One that was heard more recently is not gone: its batches come, or wait for room in quarantine."""
HEARD: Final = """
SELECT max(heard) FROM (
    SELECT received_at FROM agent_state WHERE facility_id = %(facility)s AND agent_id = %(agent)s AND is_online
    UNION ALL SELECT updated_at FROM sequence_state WHERE facility_id = %(facility)s AND sender = '_edge/' || %(agent)s
) words (heard)"""
Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which gateway, and how one knows."""

    gateway: Id
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many packs are lost, by node. Raises CommandRefused."""
    now = datetime.now(UTC)
    row = connection.execute(HEARD, {"facility": task.facility, "agent": body.gateway}).fetchone()
    heard = row[0] if row else None
    if heard is None:
        raise CommandRefused(f"{body.gateway} has never sent anything to {task.facility}; give the id of a gateway.")
    if now - heard < QUIET:
        raise CommandRefused(f"{body.gateway} was heard within the hour; stop it first, or wait for what it brings.")
    return {"lost": losses.retire(connection, task.facility, body.gateway, now.date())}
