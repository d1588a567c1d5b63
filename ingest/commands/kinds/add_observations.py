"""Enters readings that a person took by hand; what hangs on them is derived, and it can be undone."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from ingest import imports
from ingest.commands.kind import Outcome, Task, Tell
from ingest.imports import HandReading
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import BadFacility

ROLE: Final = "annotate"
WHAT: Final = "Enter readings that were taken by hand; with `replace` and a reason they correct stored ones."
REFUSES: Final = (RevisionRefused, BadFacility)


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading, in the unit of its datastream; a `value` of null was tried and could not be read."""

    datastream: Annotated[str, msgspec.Meta(max_length=200)]
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    value: float | None


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Readings of datastreams that are read by hand (full names), and why where they replace stored ones."""

    readings: Annotated[list[Reading], msgspec.Meta(min_length=1, max_length=500)]
    reason: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    replace: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return how many were stored, were there already and were replaced, which were not, and the revisions."""
    readings = [HandReading(one.datastream, one.at, one.value) for one in body.readings]
    entered = imports.enter(connection, task.facility, readings, task.author, body.reason, is_replacing=body.replace)
    conflicts = [{**one._asdict(), "at": one.at.isoformat()} for one in entered.conflicts]
    return {**entered._asdict(), "conflicts": conflicts}
