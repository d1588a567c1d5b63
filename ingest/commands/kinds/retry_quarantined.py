"""Tries quarantined messages again: all that wait and are acceptable now, or those of a reason, sender or channel."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from ingest import quarantine
from ingest.commands.kind import Outcome, Slice, Task
from ingest.quarantine import Author, RetryChoice, RetryOutcome
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import BadFacility

ROLE: Final = "approve"
WHAT: Final = "Store what was refused and is acceptable now, by a facility file or a release that knows it."
REFUSES: Final = (RevisionRefused, BadFacility)
MAX_MESSAGES: Final = 1_000
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=131)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """Why, and which: refused as what, of which sender, of which channel (a datastream without its facility), what
    arrived at the centre from when to when (not included), or some messages of the list; all where none is said.
    """

    note: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]
    refused_as: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    sender: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    channel: Name | None = None
    start: Instant | None = None
    stop: Instant | None = None
    quarantined: Annotated[list[int], msgspec.Meta(min_length=1, max_length=MAX_MESSAGES)] | None = None


def carry_out_slice(connection: Connection, task: Task, body: Body, so_far: Outcome | None) -> Slice:
    """Return how many messages were tried and retried, how many readings are stored now, and why others stay."""
    chosen = RetryChoice(
        task.facility,
        body.refused_as,
        body.sender,
        body.channel,
        body.start,
        stop=body.stop,
        numbers=None if body.quarantined is None else tuple(body.quarantined),
    )
    before = None if so_far is None else msgspec.convert(so_far, RetryOutcome)
    done = quarantine.retry_slice(connection, chosen, Author(task.author, body.note), before)
    outcome: Outcome = msgspec.to_builtins(done)
    return outcome, done.share
