"""What an inject brings datastreams to, so that tests of a plan are met: of a value, of a rate, of a difference.

Each comes past its level, and less than half way to the next one of the same test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from tailings.drill.readings import CalmReadings
from tailings.drill.scenario import DrillScenario
from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Plan, Reference
from tailings.sight.scenario import natural_rate_per_h

SHARE: Final = 0.4
"""How far past a level its value goes, of the way to the next one."""
LEAST: Final = 1e-6
S_PER_H: Final = 3600.0


class InjectCourse(NamedTuple):
    """What datastreams were before an inject: calm, and then what the injects before it left.

    after_s, over_s: when the inject comes, and how long its change takes [s].
    """

    calm: CalmReadings
    before: DrillScenario
    after_s: float
    over_s: float

    @property
    def end_s(self) -> float:
        """When the change is done [s]."""
        return self.after_s + self.over_s

    def at(self, name: str, elapsed_s: float) -> float:
        """A datastream so long after the first second of the drill [s], the inject left out."""
        known = self.before.values_at(min(elapsed_s, self.after_s), self.calm.values)
        return known.get(name, self.calm.values[name])


def values(
    facility: Facility, plan: Plan, tests: Sequence[Condition], course: InjectCourse, own_share: float = 1.0
) -> dict[str, float]:
    """What each datastream comes to by the end of the change.

    own_share: how much of a difference the tested datastream moves; what it is held against moves the rest.
    """
    found: dict[str, float] = {}
    for test in sorted(tests, key=lambda one: one.against is not None):
        name = test.datastream or ""
        if test.against is not None:
            aims = _apart(facility, plan, test, test.against, course, found=found, own_share=own_share)
        elif test.rate_over_s is not None:
            aims = {name: _ramp(facility, plan, test, test.rate_over_s, course)}
        else:
            aims = {name: beyond(facility, plan, test, course.calm.values[name])}
        for moved, value in aims.items():
            found[moved] = _further(course.at(moved, course.after_s), found.get(moved), value)
    return {name: round(value, 6) for name, value in found.items()}


def beyond(facility: Facility, plan: Plan, test: Condition, now: float) -> float:
    """What a test compares when it is past its level; now: what it compares while everything is calm."""
    trigger = test.value or 0.0
    grows = -1 if test.test == "below" else 1
    further = [
        abs(other.value - trigger)
        for level in plan.levels
        for other in level.when.leaves()
        if _same(other, test) and other.value is not None and grows * other.value > grows * trigger
    ]
    side = grows
    if test.test == "away" and now < 0:
        trigger, side = -trigger, -1
    usual = natural_rate_per_h(facility.datastreams[test.datastream or ""], now)
    room = min(further, default=abs(trigger - now)) or usual
    return trigger + side * max(SHARE * room, LEAST)


def _same(one: Condition, other: Condition) -> bool:
    return (one.datastream, one.rate_over_s, one.against) == (other.datastream, other.rate_over_s, other.against)


def _ramp(facility: Facility, plan: Plan, test: Condition, window_s: float, course: InjectCourse) -> float:
    """Where a ramp ends along which a datastream moves faster than the level's rate, over the whole of its window."""
    rate_per_h = beyond(facility, plan, test, 0.0)
    earlier = course.at(test.datastream or "", course.end_s - window_s)
    return earlier + rate_per_h * max(window_s, course.over_s) / S_PER_H


def _apart(
    facility: Facility,
    plan: Plan,
    test: Condition,
    to: Reference,
    course: InjectCourse,
    *,
    found: dict[str, float],
    own_share: float,
) -> dict[str, float]:
    """Where two datastreams are far enough apart."""
    own, other = test.datastream or "", to.datastream
    calm = course.calm.values
    gap = beyond(facility, plan, test, calm[own] - (to.offset + to.factor * calm[other]))
    then_s = course.end_s - to.delay_s
    held = found[other] if other in found and then_s > course.after_s else course.at(other, then_s)
    now = course.at(own, course.after_s)
    by = to.offset + to.factor * held + gap - now
    aims = {own: now + own_share * by} if own_share else {}
    if own_share < 1 and to.factor:
        aims[other] = held - (1 - own_share) * by / to.factor
    return aims


def _further(now: float, known: float | None, value: float) -> float:
    """Of two values for one datastream the one that lies further on in the direction of the first."""
    if known is None or known == now:
        return value
    return max(known, value) if known > now else min(known, value)
