"""Publishes a question or an observation of a citizen with its answer."""

from typing import Annotated, Final

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Answer what a citizen asked or observed, and publish both on the public page."
STORED: Final = "SELECT words FROM public_question WHERE id = %(question)s AND facility_id = %(facility)s FOR UPDATE"
LEFT_OUT: Final = frozenset({"[…]", "[...]"})
"""What may stand for words that are left out."""
ANSWER: Final = """
UPDATE public_question SET state = 'published', answer = %(answer)s, decided_at = clock_timestamp(),
    decided_by = %(author)s, words = coalesce(%(words)s, words),
    is_shortened = is_shortened OR coalesce(%(words)s, words) <> words
WHERE id = %(question)s AND facility_id = %(facility)s AND state <> 'declined' RETURNING id
"""
Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Its number and the answer; words: what of it is published, where names or insults were left out."""

    question: Number
    answer: Annotated[str, msgspec.Meta(min_length=3, max_length=4_000)]
    words: Annotated[str, msgspec.Meta(min_length=10, max_length=2_000)] | None = None


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the question; answered again, the newer answer stands."""
    values = msgspec.structs.asdict(body) | {"facility": task.facility, "author": task.author}
    stored = connection.execute(STORED, values).fetchone()
    if stored and body.words is not None and (added := _added(stored[0], body.words)):
        raise CommandRefused(f"The citizen did not write {added[:40]!r} there: leave words out, or write […] for them.")
    if connection.execute(ANSWER, values).fetchone() is None:
        raise CommandRefused(f"There is no question {body.question} of {task.facility} that was not declined.")
    return {"question": body.question}


def _added(written: str, published: str) -> str:
    """The first word that is published and does not follow in what was written; "" where words are only left out."""
    rest = iter(written.split())
    return next((word for word in published.split() if word not in LEFT_OUT and word not in rest), "")
