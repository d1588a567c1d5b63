"""The one way to the ledger of a facility, for its address and for its page."""

from datetime import date, datetime

from api.http.database import DatabasePool
from api.ledger import queries
from api.ledger.models import Ledger
from api.quarantine import queries as quarantine


async def of_facility(
    database: DatabasePool, facility: str, sender: str | None, first: date, last: date, *, gaps: int, now: datetime
) -> Ledger:
    """Return the ledger of a facility, or of one sender: epochs whole, days and longest gaps from first to last."""
    sequence_states = await queries.sequence_states(database, facility, sender)
    sums = await queries.sender_sums(database, facility, sender)
    return Ledger(
        facility=facility,
        senders=queries.with_waiting(sums, await quarantine.waiting(database, facility, sender)),
        sequence_states=sequence_states,
        hidden_sequence_states=max(0, sum(one.sequence_states for one in sums) - len(sequence_states)),
        room=await quarantine.room(database, facility),
        days=await queries.days(database, facility, sender, first, last),
        gaps=await queries.gaps(database, facility, sender, first, last, now=now, limit=gaps),
    )
