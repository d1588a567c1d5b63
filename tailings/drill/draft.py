"""The scenario that is made from a plan: its levels in turn, with values from the plan itself.

Each inject brings what a level tests past its value, and not as far as the next level. How fast is tried out: where a
filter flags the change it goes more slowly. People are the roles of the plan's actions, the first at once and each
further one where nobody has acknowledged before.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from tailings.drill.readings import CalmReadings
from tailings.drill.rehearsal import rehearse
from tailings.drill.scenario import BadScenario, DrillScenario, Expectation, Inject, Participant
from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Level, Plan
from tailings.sight.inverse import leading_reading

OVER_MIN: Final = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""How long a change takes; the first that no filter flags."""
ANSWER_MIN: Final = 10.0
"""So long people have to answer before the next inject."""
GRACE_MIN: Final = 4.0
"""So much longer than by the rehearsal a plan may take to reach its level: messages and the chain need some."""
CALLED_EVERY_MIN: Final = 5
SHARE: Final = 0.4
"""How far past a level its value goes, of the way to the next one."""
MAX_ID: Final = 64
NOBODY: Final = "Shift lead"
BRIEFING: Final = (
    "A drill of the plan {plan} ({failure}) on simulated readings of {facility}. Answer what you are told as you would "
    "at the dam; nothing has happened there."
)
WHAT: Final = "{values} within {over:g} minutes: past the {level} level of the plan {plan}."


def draft(
    facility: Facility, calm: CalmReadings, plans: Collection[str], began: dt.datetime, plan: str | None = None
) -> DrillScenario:
    """Make the scenario of a plan, or of the one with the most levels that can be reached; raises BadScenario.

    plans: those that call people.
    """
    if plan is not None and plan not in plans:
        raise BadScenario(_unknown(facility, plans, plan))
    found, reasons = [], []
    for name in [plan] if plan else plans:
        try:
            found.append(_of_plan(facility, calm, facility.tarp[name], began, plans))
        except BadScenario as error:
            reasons.append(str(error))
    if not found:
        raise BadScenario("; ".join(reasons) or _unknown(facility, plans, None))
    return max(found, key=lambda one: len(one.injects))


def _unknown(facility: Facility, plans: Collection[str], plan: str | None) -> str:
    if not plans:
        return f"no plan of {facility.id} is approved, so none calls anybody: add approved_by and approved_on to one"
    return (
        f"there is no plan in force called {plan!r} in {facility.id}; known are {', '.join(sorted(plans))}; one that "
        "nobody approved calls nobody"
    )


def _of_plan(
    facility: Facility, calm: CalmReadings, plan: Plan, began: dt.datetime, plans: Collection[str]
) -> DrillScenario:
    scenario = DrillScenario(
        id=f"plan-{plan.id}"[:MAX_ID],
        title=f"{plan.failure_mode[0].upper()}{plan.failure_mode[1:]}"[:120],
        briefing=BRIEFING.format(plan=plan.id, failure=plan.failure_mode, facility=facility.name),
        lasts_min=1.0,
        injects=(Inject(0.0, "-" * 3),),
        people=tuple(_people(plan)),
    )
    injects: tuple[Inject, ...] = ()
    after_min = 0.0
    for level in plan.levels:
        made = _inject(facility, calm, scenario, (*injects,), level=level, plan=plan, after_min=after_min, began=began)
        injects = (*injects, made)
        after_min = math.ceil(after_min + made.expect[0].within_min - GRACE_MIN + ANSWER_MIN)
    return replace(scenario, injects=injects, lasts_min=after_min + ANSWER_MIN)


def _inject(
    facility: Facility,
    calm: CalmReadings,
    scenario: DrillScenario,
    before: tuple[Inject, ...],
    *,
    level: Level,
    plan: Plan,
    after_min: float,
    began: dt.datetime,
) -> Inject:
    """The inject of a level: of the fewest tests, and the fastest change, by which the plan reaches it."""
    for tests in _choices(facility, calm, plan, level):
        values = {test.datastream or "": _value(plan, level, test, calm) for test in tests}
        for over_min in OVER_MIN:
            inject = Inject(after_min, _what(facility, values, over_min, level, plan), values, over_min)
            holds_min = max(max(test.for_s for test in tests) / 60, ANSWER_MIN)
            lasts_min = after_min + over_min + holds_min + ANSWER_MIN
            tried = replace(scenario, injects=(*before, inject), lasts_min=min(lasts_min, 1440.0))
            rehearsed = rehearse(facility, calm, tried, began, [plan.id])[plan.id]
            at = rehearsed.reached.get(level.rank)
            if at is not None and at >= after_min and not rehearsed.is_doubted:
                within = math.ceil(at - after_min) + GRACE_MIN
                return replace(inject, expect=(Expectation(plan.id, level.level, within),))
    raise BadScenario(
        f"plan {plan.id}: no values bring it to {level.level}: its tests are of rates or differences, of what no "
        "simulated node measures, of other months, or flagged by a filter; write a scenario, or take another plan"
    )


def _choices(facility: Facility, calm: CalmReadings, plan: Plan, level: Level) -> Iterator[Sequence[Condition]]:
    """Tests that are met together: those of one value (instruments that see the same), then all; each reading once."""
    able = [one for one in level.when.leaves() if one.is_of_value and one.datastream in calm.values]
    found: list[list[Condition]] = []
    if level.when.any:
        found += [[one for one in able if one.value == first.value and one.test == first.test] for first in able]
    found.append(able)
    seen: list[list[Condition]] = []
    for tests in found:
        once = list({leading_reading(facility, one.datastream or ""): one for one in reversed(tests)}.values())[::-1]
        if once and once not in seen:
            seen.append(once)
            yield once


def _value(plan: Plan, level: Level, test: Condition, calm: CalmReadings) -> float:
    """Past the level, and less than half way to the next one on the same datastream."""
    name, trigger = test.datastream or "", test.value or 0.0
    side = -1 if test.test == "below" else 1
    further = [value for _, value in plan.levels_on(name) if side * value > side * trigger]
    room = min((abs(value - trigger) for value in further), default=abs(trigger - calm.values[name]))
    return round(trigger + side * max(SHARE * room, 1e-6), 6)


def _what(facility: Facility, values: dict[str, float], over_min: float, level: Level, plan: Plan) -> str:
    said = ", ".join(f"{name} comes to {value:g} {facility.datastreams[name].unit}" for name, value in values.items())
    return WHAT.format(values=said, over=over_min, level=level.level, plan=plan.id)[:500]


def _people(plan: Plan) -> Iterator[Participant]:
    roles = dict.fromkeys(action.who for level in plan.levels for action in level.actions) or [NOBODY]
    for number, role in enumerate(list(roles)[:20]):
        yield Participant(role[:100], CALLED_EVERY_MIN * number)
