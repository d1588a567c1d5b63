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
    return Ledger(
        facility=facility,
        senders=queries.by_sender(sequence_states, await quarantine.waiting(database, facility, sender)),
        sequence_states=sequence_states,
        days=await queries.days(database, facility, sender, first, last),
        gaps=await queries.gaps(database, facility, sender, first, last, now=now, limit=gaps),
    )
