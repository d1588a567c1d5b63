"""How the public state of a facility changed, the newest first: one history for the page and the feeds."""

from collections.abc import Iterable

from api.disclosure.models import PublicState, VerdictChange


def told(stored: Iterable[VerdictChange], state: PublicState | None) -> list[VerdictChange]:
    """Those that are stored, and that nobody assesses any more, which nobody stores while it lasts.

    One that was blind before is so since then: of the changes of many facilities, those of one may all be left out.
    """
    changes = list(stored)
    if state is not None and state.is_expired and state.since == state.valid_until:
        changes.insert(0, VerdictChange(id=0, at=state.valid_until, verdict="blind"))
    return changes
