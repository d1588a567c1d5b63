"""An approval of a plan ends within 30 days, has ended, or was of other conditions than those that stand now.

Source: our own rule and figure; what an approval is stands in docs/operating/alarms.md.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from ingest import versions
from ingest.alarms.equipment_rules import Detail, EquipmentFault, Inspection, coded
from tailings import tarp
from tailings.facility import Plan

SOON_DAYS: Final = 30


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Look at the plans of each facility."""
    today = inspection.now.date()
    for facility in inspection.facilities:
        given = versions.given(inspection.connection, facility.id)
        for plan in facility.tarp.values():
            if (wrong := _wrong(plan, given, today)) is not None:
                yield EquipmentFault(facility.id, plan.id, wrong)


def _wrong(plan: Plan, given: tarp.GivenApprovals, today: date) -> Detail | None:
    known = tarp.approved(plan, today, given)
    state = tarp.state_of(known, today)
    if state == "approval-ended":
        return coded("approval-ended", plan=plan.id, day=str(known.valid_to))
    if state == "in-force":
        is_near = known.valid_to is not None and (known.valid_to - today).days <= SOON_DAYS
        return coded("approval-ends", plan=plan.id, day=str(known.valid_to)) if is_near else None
    lost = tarp.lost_approval(plan, today, given)
    if lost is None:
        return None
    return coded("approval-lost", plan=plan.id, day=str(lost.approved_on))
