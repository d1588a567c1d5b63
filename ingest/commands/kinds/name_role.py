"""Says who holds a named role of the plans, such as Engineer of Record; numbers of users, never names."""

from typing import Annotated, Final

import msgspec

from ingest.alarms import operator_actions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "admin"
WHAT: Final = "Give a named role of the plans to a user, or take it away."


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which role, whose, and whether it is taken away."""

    role: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    holder: Annotated[str, msgspec.Meta(pattern="^(user|key|system):[0-9]+$")]
    is_taken: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return who holds the role now."""
    holders = operator_actions.name_role(
        connection, task.facility, body.role, body.holder, task.author, is_taken=body.is_taken
    )
    return {"role": body.role, "holders": holders}
