"""How many alarms of the dam are open: what every page says at its top. Loads no numpy, and no shape of an alarm."""

from typing import Final

from pydantic import Field

from api.http.database import DatabasePool, seen_ids
from api.http.models import Shape

COUNT: Final = """
SELECT count(*)::int AS dam FROM alarm_event e WHERE e.closed_at IS NULL AND e.family = 'dam' AND NOT e.is_simulated
  AND (alarm_hold_of(e, now())).id IS NULL AND (%(seen)s::text[] IS NULL OR e.facility_id = ANY(%(seen)s))
"""


class OpenAlarms(Shape):
    """How many alarms are open and told."""

    dam: int = Field(description="Of the dam; those of plans that only simulate, and those that are held, left out")


async def open_alarms(database: DatabasePool, seen: frozenset[str] | None) -> OpenAlarms:
    """Return how many alarms of the dam are open and told, in the facilities that are seen (None: all)."""
    found = await database.row(OpenAlarms, COUNT, {"seen": seen_ids(seen)})
    return found or OpenAlarms(dam=0)
