"""Faults of the alarm chain itself: an approval that ends or does not fit any more, a level that nobody is told of."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from ingest import versions
from ingest.alarms.rules import APPROVAL_DAYS, Fault, coded
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS

APPROVAL: Final = "approval"
NO_RECIPIENT: Final = "no-recipient"
SEES: Final = 1
"""A plan that is blind is told to those who are told of its yellow, whether it has one or not."""
FROM_LEVEL: Final = """
SELECT facility_id, min(from_level) FROM recipient WHERE family = 'dam' AND ended_at IS NULL GROUP BY facility_id"""


def from_levels(connection: Connection) -> Mapping[str, int]:
    """Return by facility the lowest level that somebody is told of; those where nobody is told of any are left out."""
    return dict(connection.execute(FROM_LEVEL).fetchall())


def faults(connection: Connection, facility: Facility, from_level: int | None, today: date) -> Iterator[Fault]:
    """Look at the plans of a facility."""
    given = versions.given(connection, facility.id)
    for plan in facility.tarp.values():
        if (wrong := _approval(plan, given, today)) is not None:
            yield Fault(facility.id, APPROVAL, plan.id, wrong)
    calling = [plan for plan in facility.tarp.values() if tarp.calls(plan, today, given)]
    if (wrong := _untold(calling, from_level)) is not None:
        yield Fault(facility.id, NO_RECIPIENT, "", wrong)


def _approval(plan: Plan, given: tarp.Given, today: date) -> Mapping[str, Any] | None:
    known = tarp.approved(plan, today, given)
    state = tarp.state_of(known, today)
    if state == "approval-ended":
        return coded("approval-ended", plan=plan.id, day=str(known.valid_to))
    if state == "in-force":
        is_near = known.valid_to is not None and (known.valid_to - today).days <= APPROVAL_DAYS
        return coded("approval-ends", plan=plan.id, day=str(known.valid_to)) if is_near else None
    lost = tarp.lost_approval(plan, today, given)
    if lost is None:
        return None
    return coded("approval-lost", plan=plan.id, day=str(lost.approved_on))


def _untold(calling: list[Plan], from_level: int | None) -> Mapping[str, Any] | None:
    """Say which levels of the plans that call are told to nobody; None: each is told to somebody."""
    ranks = {plan.id: {SEES, *(level.rank for level in plan.levels)} for plan in calling}
    untold = sorted({rank for some in ranks.values() for rank in some if from_level is None or rank < from_level})
    if not untold:
        return None
    plans = [name for name, some in ranks.items() if some & set(untold)]
    return coded("nobody-told", levels=[LEVELS[rank] for rank in untold], plans=plans)
