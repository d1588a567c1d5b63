"""What people call the instruments of a facility."""

from typing import Final

from api.http.database import DatabasePool
from api.overview.models import InstrumentName

NAMES: Final = """
SELECT i.key AS instrument, i.value ->> 'title' AS title, i.value ->> 'place' AS place
FROM facility f CROSS JOIN jsonb_each(coalesce(f.document -> 'instruments', '{}')) i
WHERE f.id = %(facility)s AND i.value ->> 'title' IS NOT NULL ORDER BY i.key
"""


async def of_facility(database: DatabasePool, facility: str) -> list[InstrumentName]:
    """Return the instruments that the facility file gives a name."""
    return await database.rows(InstrumentName, NAMES, {"facility": facility})
