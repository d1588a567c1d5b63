"""Who holds the named roles of the plans ("Engineer of Record"), and who could."""

from collections.abc import Collection
from typing import Final

from api.alarms.models import Duty, Possible
from api.http.database import DatabasePool

HELD: Final = """
SELECT facility_id AS facility, role, holder FROM duty
WHERE facility_id = ANY(%(places)s) ORDER BY facility_id, role, given_at
"""
POSSIBLE: Final = """
SELECT c.id, coalesce(nullif(p.name, ''), p.login) AS name FROM account c JOIN person p ON p.account_id = c.id
WHERE c.disabled_at IS NULL AND EXISTS (
    SELECT FROM account_role r WHERE r.account_id = c.id AND r.facility_id IN ('*', %(facility)s) AND r.role <> 'read')
ORDER BY 2 LIMIT 500
"""


async def held(database: DatabasePool, places: Collection[str]) -> list[Duty]:
    """Return who holds which role in these facilities, the longest holder first."""
    return await database.rows(Duty, HELD, {"places": sorted(places)})


async def possible(database: DatabasePool, facility: str) -> list[Possible]:
    """Return the users who could hold a role in this facility."""
    return await database.rows(Possible, POSSIBLE, {"facility": facility})
