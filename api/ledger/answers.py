"""The one way to the ledger of a facility, for its address and for its page."""

from datetime import date

from api.http.database import Database
from api.ledger import queries
from api.ledger.models import Ledger


async def of_facility(
    database: Database, facility: str, sender: str | None, first: date, last: date, *, gaps: int
) -> Ledger:
    """Return the ledger of a facility, or of one sender: epochs whole, days and the longest gaps from first to last."""
    chapters = await queries.chapters(database, facility, sender)
    return Ledger(
        facility=facility,
        senders=queries.by_sender(chapters),
        chapters=chapters,
        days=await queries.days(database, facility, sender, first, last),
        gaps=await queries.gaps(database, facility, sender, first, last, limit=gaps),
    )
