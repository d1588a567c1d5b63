"""Screens facilities with few samples or none, and logs what it states of them."""

import msgspec

from ingest import screening
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.commands.kinds.import_register import OF_ALL
from ingest.values import Connection
from tailings.screening import ScreeningParameters

ROLE = "approve"
WHAT = "Screen the facilities that have few samples or only a row in a register, and log every interval."
REFUSES = (screening.TooManyFacilities,)


class Body(ScreeningParameters, frozen=True, forbid_unknown_fields=True):
    """mass_factor: within which factor of the truth 80 % of the masses that registers state are assumed to be."""


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return both screenings, of what is public and of all: number, facilities, intervals, and whether it is new."""
    if task.facility != OF_ALL:
        raise CommandRefused(f"A screening is of no facility; send it to /api/v1/screening, not for {task.facility}.")
    made = screening.make(connection, task.author, ScreeningParameters(body.mass_factor))
    return {"screenings": msgspec.to_builtins(made)}
