"""Approvals of plans that were given here."""

from typing import Final

from api.database import Database
from tailings.tarp import Approval

OF_FACILITY: Final = """
SELECT plan, digest, role AS approved_by, (approved_at AT TIME ZONE 'UTC')::date AS approved_on, valid_to
FROM tarp_approval WHERE facility_id = %(facility)s ORDER BY id
"""


async def of_facility(database: Database, facility: str) -> list[Approval]:
    """Return the approvals of a facility's plans, the oldest first."""
    return await database.rows(Approval, OF_FACILITY, {"facility": facility})
