"""Declines a question or an observation of a citizen, with a reason; its words are deleted."""

from typing import Annotated, Final

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Decline what a citizen sent, or take it off the public page: the reason stays, the words are deleted."
DECLINE: Final = """
UPDATE public_question SET state = 'declined', answer = %(reason)s, words = '', decided_at = clock_timestamp(),
    decided_by = %(author)s
WHERE id = %(question)s AND facility_id = %(facility)s AND state <> 'declined' RETURNING id
"""
Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Its number and the reason, which the public page says."""

    question: Number
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the question."""
    values = msgspec.structs.asdict(body) | {"facility": task.facility, "author": task.author}
    if connection.execute(DECLINE, values).fetchone() is None:
        raise CommandRefused(f"There is no question {body.question} of {task.facility} that was not declined.")
    return {"question": body.question}
