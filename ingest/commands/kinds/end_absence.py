"""Ends an absence: the member is on duty again by the rota."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.commands import rota
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import rotas
from ingest.values import Connection

ROLE: Final = "annotate"
WHAT: Final = "End an absence of the rota."


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which one, by its number."""

    absence: Annotated[int, msgspec.Meta(ge=1)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return its number, and when nobody is on duty now."""
    now = datetime.now(UTC)
    if not rotas.end_absence(connection, task.facility, body.absence, now):
        raise CommandRefused(f"absence: there is no absence {body.absence} that could be ended here.")
    return {"absence": body.absence, **rota.left_open(connection, task.facility, now)}
