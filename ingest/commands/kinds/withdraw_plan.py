"""Withdraws a plan: it only simulates from then on, at the centre and the gateways, until it is approved anew."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from ingest.alarms import NotPossible, operator_actions, plans
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Withdraw a plan, as the named role that answers for it: it calls nobody until it is approved anew."
REFUSES: Final = (NotPossible,)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which plan, in which role, and why."""

    plan: str
    role: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the plan."""
    operator_actions.require_duty(connection, task.facility, body.role, task.author)
    withdrawal = plans.Withdrawal(body.plan, body.role, task.author, body.note)
    plans.withdraw(connection, task.facility, withdrawal, datetime.now(UTC))
    return {"plan": body.plan}
