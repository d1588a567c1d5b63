"""Replays a plan on history: how often it would have spoken, how early, what it would have missed; nothing changes.

It is tried on failures to come as well: what of the one that it looks for would be seen, with the readings of now.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec

from ingest import rederive
from ingest.alarms import NotPossible, plan_backtest
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionRefused
from ingest.sight import proposed as proposed_sight
from ingest.values import Connection
from tailings.facility import BadFacility

ROLE: Final = "read"
WHAT: Final = "Replay a plan on history and try whether it would see, beside the one in the facility file."
REFUSES: Final = (NotPossible, RevisionRefused, BadFacility)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """Which plan, from when to when, proposed levels as a facility file has them, and events it should have seen."""

    plan: str
    start: Instant
    stop: Instant
    levels: Annotated[list[dict[str, Any]], msgspec.Meta(max_length=3)] = []
    marks: Annotated[list[Instant], msgspec.Meta(max_length=500)] = []


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return what the present plan, and the proposed one, would have done, and what was asked."""
    facility = rederive.stored_facility(connection, task.facility)
    question = plan_backtest.Question(body.plan, body.start, body.stop, body.marks)
    proposed = None
    if body.levels:
        proposed = plan_backtest.proposed_levels(body.plan, facility.tarp.get(body.plan), body.levels)
    asked = {"from": body.start, "to": body.stop, "marks": body.marks, "levels": body.levels}
    found = plan_backtest.replay(connection, facility, question, proposed, tell)
    plans = {"present": facility.tarp.get(body.plan), "proposed": proposed}
    proposed_sight.add_sight(connection, facility, found, plans, datetime.now(UTC))
    return found | {"parameters": msgspec.to_builtins(asked)}
