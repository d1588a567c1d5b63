"""What was approved and withdrawn of plans here, beside their facility files."""

from typing import Final

from api.http.database import DatabasePool
from tailings.tarp import Approval, GivenApprovals, Withdrawal

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
