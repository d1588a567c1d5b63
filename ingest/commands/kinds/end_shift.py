"""Ends a shift of the rota."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.commands import rota
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import rotas
from ingest.values import Connection

ROLE: Final = "admin"
WHAT: Final = "End a shift of the rota."


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which one, by its name."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return its name, and when nobody is on duty now."""
    now = datetime.now(UTC)
    if not rotas.end_shift(connection, task.facility, body.name, now):
        raise CommandRefused(f"name: no shift is called {body.name!r} here.")
    return {"name": body.name, **rota.left_open(connection, task.facility, now)}
