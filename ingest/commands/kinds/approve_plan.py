"""Approves the conditions of a plan as they stand; from then on it is in force at the centre and the gateways."""

from datetime import UTC, date, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, operator_actions, plans
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Approve a plan as it stands, as the named role that answers for it."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which plan, its digest as it was read, in which role, until which day, and a note."""

    plan: str
    digest: str
    role: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
    valid_to: date | None = None


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the plan and its digest."""
    operator_actions.require_duty(connection, task.facility, body.role, task.author)
    approval = plans.Approval(body.plan, body.digest, body.role, task.author, body.note, valid_to=body.valid_to)
    plans.approve(connection, task.facility, approval, datetime.now(UTC))
    return {"plan": body.plan, "digest": body.digest}
