"""A plan of the stored document as the api shows it: conditions without what is empty, and whose approval holds."""

from datetime import date
from typing import Any

import msgspec

from api.alarms.models import Plan, PlanAction, PlanLevel
from api.alarms.queries import PlanRow
from tailings import tarp
from tailings.assess.model import FailureMode
from tailings.facility import Plan as StatedPlan
from tailings.levels import LEVELS


def view(row: PlanRow, mode: FailureMode | None, given: tarp.GivenApprovals, today: date) -> Plan:
    """Return a plan with the approval that counts: that of the file, or one given here of just these conditions.

    mode: what the assessment says of it as it reads now; None: it was not judged yet.
    """
    stated = msgspec.convert(row.plan, StatedPlan)
    plan = tarp.approved(stated, today, given)
    return Plan(
        id=row.id,
        failure_mode=plan.failure_mode,
        digest=tarp.digest(plan),
        approved_by=plan.approved_by,
        approved_on=None if plan.approved_on is None else str(plan.approved_on),
        valid_to=None if plan.valid_to is None else str(plan.valid_to),
        withdrawn_by=plan.withdrawn_by,
        withdrawn_on=None if plan.withdrawn_on is None else str(plan.withdrawn_on),
        approval=tarp.state_of(plan, today),
        is_changed=tarp.lost_approval(stated, today, given) is not None,
        lowered_by=plan.lowered_by,
        level=row.level,
        believed=None if mode is None else LEVELS.index(mode.believed),
        sight="blind" if mode is None else mode.sight,
        lost=[] if mode is None else list(dict.fromkeys(one.datastream for one in mode.lost)),
        followed_to=row.followed_to,
        levels=[_level(level) for level in row.plan["levels"]],
        open_alarm=row.open_alarm,
    )


def _level(level: dict[str, Any]) -> PlanLevel:
    actions = [PlanAction(**action) for action in level.get("actions", [])]
    return PlanLevel(level=level["level"], when=_condition(level["when"]), actions=actions)


def _condition(stated: dict[str, Any]) -> dict[str, object]:
    """Leave out what says nothing: nulls, empty lists, and the settings that are as always."""
    usual = {"hysteresis": 0.0, "for_n": 1, "for_s": 0.0}
    kept = {key: value for key, value in stated.items() if value not in (None, [], ()) and usual.get(key) != value}
    return {
        key: [_condition(inner) for inner in value] if key in ("all", "any") else value for key, value in kept.items()
    }
