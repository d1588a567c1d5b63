"""What was approved and withdrawn beside a facility file, as `tailings.tarp` reads it; what a new file silences."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from ingest.values import Connection
from ingest.versions.comparison import ValueChange
from ingest.versions.stored_versions import StoredVersion
from tailings import tarp
from tailings.facility import Facility, Plan

APPROVALS: Final = """
SELECT plan, digest, approved_by, approved_on, valid_to, withdrawn_on FROM tarp_approval_given
WHERE facility_id = %s ORDER BY id"""
WITHDRAWALS: Final = """
SELECT plan, withdrawn_by, withdrawn_on FROM tarp_withdrawal_given WHERE facility_id = %s ORDER BY id"""


def given(connection: Connection, facility: str) -> tarp.GivenApprovals:
    """Return all of it, the oldest first."""
    return tarp.GivenApprovals(
        tuple(tarp.Approval(*row) for row in connection.execute(APPROVALS, (facility,)).fetchall()),
        tuple(tarp.Withdrawal(*row) for row in connection.execute(WITHDRAWALS, (facility,)).fetchall()),
    )


def silenced(connection: Connection, stored: StoredVersion, parsed: Facility, day: date) -> Iterator[ValueChange]:
    """Give a change for each plan that calls people by the stored file and nobody by the new one, unless that one
    withdraws it."""
    known = given(connection, parsed.id)
    before = msgspec.convert(stored.document.get("tarp", {}), dict[str, Plan])
    for name, plan in parsed.tarp.items():
        is_meant = tarp.is_withdrawn(plan, day) or tarp.calls(plan, day, known)
        if name in before and tarp.calls(before[name], day, known) and not is_meant:
            after = "of other conditions: it only simulates, and calls nobody, until somebody approves these"
            yield ValueChange(f"tarp.{name}.approval", "calls", after)
