"""Runs a study of what the waste would bring from the samples as they stand, and stores it as a further version."""

from typing import Annotated, Final

import msgspec

from ingest import studies
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection
from tailings.study import BadStudy

ROLE: Final = "approve"
WHAT: Final = "Run a study of what the waste would bring, by a study file (TOML)."
REFUSES: Final = (BadStudy,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The study file."""

    inputs: Annotated[str, msgspec.Meta(min_length=10, max_length=200_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the version of the study."""
    return {"version": studies.make(connection, task.facility, body.inputs, task.author, tell)}
