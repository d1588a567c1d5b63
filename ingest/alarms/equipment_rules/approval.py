"""An approval of a plan ends within 30 days, has ended, or was of other conditions than those that stand now.

Source: our own rule and figure; what an approval is stands in docs/operating/alarms.md.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from ingest import versions
from ingest.alarms.equipment_rules import Fault, Inspection
from tailings import tarp
from tailings.facility import Plan

SOON_DAYS: Final = 30


def find(inspection: Inspection) -> Iterator[Fault]:
    """Look at the plans of each facility."""
    today = inspection.now.date()
    for facility in inspection.facilities:
        given = versions.given(inspection.connection, facility.id)
        for plan in facility.tarp.values():
            if (title := _title(plan, given, today)) is not None:
                yield Fault(facility.id, plan.id, title)


def _title(plan: Plan, given: tarp.Given, today: date) -> str | None:
    known = tarp.approved(plan, today, given)
    state = tarp.state_of(known, today)
    if state == "approval-ended":
        return f"Approval of plan {plan.id} ended on {known.valid_to}: it goes on calling, and wants to be renewed"
    if state == "in-force":
        is_near = known.valid_to is not None and (known.valid_to - today).days <= SOON_DAYS
        return f"Approval of plan {plan.id} ends on {known.valid_to}" if is_near else None
    lost = tarp.lost_approval(plan, today, given)
    if lost is None:
        return None
    return f"Plan {plan.id} calls nobody: its conditions changed after the approval of {lost.approved_on}"
