"""How many alarms of the dam are open: what every page says at its top. Loads no numpy."""

from api.alarms import queries
from api.alarms.models import OpenAlarms
from api.http.database import DatabasePool


async def open_alarms(database: DatabasePool, seen: frozenset[str] | None) -> OpenAlarms:
    """Return how many alarms of the dam are open and told, in the facilities that are seen (None: all)."""
    return OpenAlarms(dam=await queries.count_open(database, seen))
