"""The one way to the ledger of a facility, for its address and for its page."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from api.http.database import DatabasePool
from api.ledger import queries
from api.ledger.models import Ledger
from api.quarantine import queries as quarantine

UNSETTLED_AFTER_H: Final = 72
"""What a gateway sends is here within minutes of its next contact: three days without one are worth a look at it."""


async def of_facility(
    database: DatabasePool,
    facility: str,
    sender: str | None,
    first: date,
    last: date,
    *,
    gaps: int,
    now: datetime,
    unsettled_after_h: int = UNSETTLED_AFTER_H,
    within: tuple[datetime, datetime] | None = None,
) -> Ledger:
    """Return the ledger of a facility, or of one sender: epochs whole, days and longest gaps from first to last.

    within: the part of these days whose gaps are wanted.
    """
    whole = datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC) + timedelta(days=1)
    start, stop = within or whole
    quiet_since = now - timedelta(hours=unsettled_after_h)
    sequence_states = await queries.sequence_states(database, facility, sender, quiet_since)
    sums = await queries.sender_sums(database, facility, sender)
    found = await queries.gaps(database, facility, sender, start, min(stop, now), limit=gaps)
    return Ledger(
        facility=facility,
        senders=queries.with_waiting(sums, await quarantine.waiting(database, facility, sender)),
        sequence_states=sequence_states,
        unsettled_after_h=unsettled_after_h,
        hidden_sequence_states=max(0, sum(one.sequence_states for one in sums) - len(sequence_states)),
        restore=await queries.restore(database),
        room=await quarantine.room(database, facility),
        days=await queries.days(database, facility, sender, first, last),
        gaps=found.longest,
        gap_count=found.total,
        gap_missing=found.missing,
    )
