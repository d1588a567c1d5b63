"""What was approved and withdrawn of plans here, beside their facility files."""

from datetime import date
from typing import Final

from api.facilities import files
from api.http.database import DatabasePool
from tailings.facility import Facility
from tailings.tarp import Approval, GivenApprovals, Withdrawal, with_approvals

APPROVALS: Final = """
SELECT plan, digest, approved_by, approved_on, valid_to, withdrawn_on FROM tarp_approval_given
WHERE facility_id = %(facility)s ORDER BY id
"""
WITHDRAWALS: Final = """
SELECT plan, withdrawn_by, withdrawn_on FROM tarp_withdrawal_given WHERE facility_id = %(facility)s ORDER BY id
"""


async def of_facility(database: DatabasePool, facility: str) -> GivenApprovals:
    """Return what was approved and withdrawn of a facility's plans, the oldest first."""
    values = {"facility": facility}
    return GivenApprovals(
        tuple(await database.rows(Approval, APPROVALS, values)),
        tuple(await database.rows(Withdrawal, WITHDRAWALS, values)),
    )


async def file_in_force(database: DatabasePool, facility: str, today: date) -> Facility | None:
    """Return what the stored file says, its plans with the approvals that were given here, as at the gateway."""
    file = await files.facility(database, facility)
    return with_approvals(file, await of_facility(database, facility), today) if file else None
