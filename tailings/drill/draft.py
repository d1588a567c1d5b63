"""The scenario that is made from a plan: its levels in turn, with values from the plan itself.

Each inject brings what a level tests past its value, and not as far as the next level: a value, a rate by a ramp over
its window, a difference by bringing two datastreams apart. How fast is tried out: where a filter flags the change it
goes more slowly. People are the roles of the plan's actions, the first at once and each further one where nobody has
acknowledged before.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tailings.drill import moves, past
from tailings.drill.moves import InjectCourse
from tailings.drill.readings import CalmReadings
from tailings.drill.rehearsal import rehearse
from tailings.drill.scenario import MINUTE_S, BadScenario, DrillScenario, Expectation, Inject, Participant
from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Level, Plan
from tailings.sight.inverse import leading_reading

OVER_MIN: Final = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""How long a change takes; the first that no filter flags."""
SHARES: Final = (1.0, 0.5, 0.0)
"""How much of a difference the tested datastream moves; what it is held against moves the rest."""
ANSWER_MIN: Final = 10.0
"""So long people have to answer before the next inject."""
GRACE_MIN: Final = 4.0
"""So much longer than by the rehearsal a plan may take to reach its level: messages and the chain need some."""
LONGEST_MIN: Final = 1440.0
CALLED_EVERY_MIN: Final = 5
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
            found.append(DraftedPlan(facility, calm, facility.tarp[name], began).scenario())
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


class DraftedPlan(NamedTuple):
    """A plan of a calm dam, of which a scenario is made."""

    facility: Facility
    calm: CalmReadings
    plan: Plan
    began: dt.datetime

    def scenario(self) -> DrillScenario:
        """Its levels in turn; raises BadScenario for one that nothing brings about."""
        plan = self.plan
        made = DrillScenario(
            id=f"plan-{plan.id}"[:MAX_ID],
            title=f"{plan.failure_mode[0].upper()}{plan.failure_mode[1:]}"[:120],
            briefing=BRIEFING.format(plan=plan.id, failure=plan.failure_mode, facility=self.facility.name),
            lasts_min=1.0,
            injects=(Inject(0.0, "-" * 3),),
            people=tuple(_people(plan)),
            past_h=past.past_h(plan),
        )
        injects: tuple[Inject, ...] = ()
        after_min = 0.0
        for level in plan.levels:
            one = self._inject(made, injects, level, after_min)
            injects = (*injects, one)
            after_min = math.ceil(after_min + one.expect[0].within_min - GRACE_MIN + ANSWER_MIN)
            made = replace(made, injects=injects, lasts_min=after_min + ANSWER_MIN)
        return made

    def _inject(self, made: DrillScenario, before: tuple[Inject, ...], level: Level, after_min: float) -> Inject:
        """The inject of a level: of the fewest tests, and the fastest change, by which the plan reaches it."""
        refused = ""
        for tests, own_share, over_min in _tries(self.facility, self.calm, level):
            course = InjectCourse(self.calm, made, after_min * MINUTE_S, over_min * MINUTE_S)
            values = moves.values(self.facility, self.plan, tests, course, own_share)
            what = _what(self.facility, values, over_min, level, self.plan)
            expect = Expectation(self.plan.id, level.level, LONGEST_MIN)
            tried = Inject(after_min, what, values, over_min, expect=(expect,))
            holds_min = max(max(test.for_s for test in tests) / MINUTE_S, ANSWER_MIN)
            lasts_min = min(after_min + over_min + holds_min + ANSWER_MIN, LONGEST_MIN)
            within_min, refused = self._reached(replace(made, injects=(*before, tried), lasts_min=lasts_min), level)
            if within_min is not None:
                return replace(tried, expect=(replace(expect, within_min=within_min),))
        number = self.plan.levels.index(level)
        reasons = [one for one in (*_gone(self.facility, self.calm, level, self.began), refused) if one]
        raise BadScenario(
            f"plan {self.plan.id}: levels[{number}].when: a drill cannot bring it to {level.level}: "
            f"{'; '.join(reasons)}; write a scenario of your own (docs/operating/drills.md), or take another plan"
        )

    def _reached(self, tried: DrillScenario, level: Level) -> tuple[float | None, str]:
        """Within how long the last inject brings the plan to a level [min]; None, and why it does not."""
        after_min, over_min = tried.injects[-1].after_min, tried.injects[-1].over_min
        try:
            found = rehearse(self.facility, self.calm, tried, self.began, [self.plan.id])[self.plan.id]
        except BadScenario as error:
            return None, str(error).removeprefix("scenario: ")
        at = found.reached.get(level.rank)
        if found.is_doubted:
            return None, f"a filter flags what moves it there, also within {over_min:g} minutes"
        if at is None:
            return None, f"what its tests look at does not bring it there in {tried.lasts_min - after_min:g} minutes"
        if at < after_min:
            return None, f"it stands there {after_min - at:.1f} minutes before its inject"
        return math.ceil(at - after_min) + GRACE_MIN, ""


def _tries(facility: Facility, calm: CalmReadings, level: Level) -> Iterator[tuple[Sequence[Condition], float, float]]:
    """Tests that are brought about together, how much of a difference the tested one moves, and how long it takes."""
    for tests in _choices(facility, calm, level):
        for own_share in SHARES if any(one.against for one in tests) else SHARES[:1]:
            for over_min in _durations(tests):
                yield tests, own_share, over_min


def _choices(facility: Facility, calm: CalmReadings, level: Level) -> Iterator[Sequence[Condition]]:
    """Tests that are met together: those that ask the same (instruments that see the same), then all.

    Of datastreams that follow from one reading, one.
    """
    able = [one for one in level.when.leaves() if calm.values.keys() >= {*one.names()}]
    found: list[list[Condition]] = []
    if level.when.any:
        found += [[one for one in able if _asks(one) == _asks(first)] for first in able]
    found.append(able)
    seen: list[list[Condition]] = []
    for tests in found:
        led: dict[str, str] = {}
        for one in tests:
            led.setdefault(leading_reading(facility, one.datastream or ""), one.datastream or "")
        once = [one for one in tests if one.datastream in led.values()]
        if once and once not in seen:
            seen.append(once)
            yield once


def _asks(test: Condition) -> tuple[object, ...]:
    return test.value, test.test, test.rate_over_s, test.against


def _durations(tests: Sequence[Condition]) -> list[float]:
    """How long a change may take [min]; a rate that must last longer than its window needs a ramp of both."""
    lasting = {
        math.ceil((one.for_s + one.rate_over_s) / MINUTE_S)
        for one in tests
        if one.rate_over_s is not None and one.for_s >= one.rate_over_s
    }
    return sorted({*OVER_MIN, *(float(one) for one in lasting if one < LONGEST_MIN)})


def _gone(facility: Facility, calm: CalmReadings, level: Level, began: dt.datetime) -> Iterator[str]:
    """Why tests of a level cannot be met in a drill, whatever is tried."""
    month = began.astimezone(ZoneInfo(facility.timezone)).month
    for test in level.when.leaves():
        for name in test.names():
            if name not in calm.values:
                reading = facility.datastreams[leading_reading(facility, name)]
                made = f"formula {reading.formula} of {reading.name} sums or looks back, and has no inverse"
                yield f"{name}: {f'no node of a drill reads {reading.name}' if reading.is_raw else made}"
        if not test.holds_in(month):
            yield f"{test.datastream}: months = {[*test.months]} is another season"


def _what(facility: Facility, values: dict[str, float], over_min: float, level: Level, plan: Plan) -> str:
    said = ", ".join(f"{name} comes to {value:g} {facility.datastreams[name].unit}" for name, value in values.items())
    return WHAT.format(values=said, over=over_min, level=level.level, plan=plan.id)[:500]


def _people(plan: Plan) -> Iterator[Participant]:
    roles = dict.fromkeys(action.who for level in plan.levels for action in level.actions) or [NOBODY]
    for number, role in enumerate(list(roles)[:20]):
        yield Participant(role[:100], CALLED_EVERY_MIN * number)
