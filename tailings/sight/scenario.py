"""Failure scenarios: what of a dam moves when it fails, how fast, and in which direction a plan looks for it.

The rates are choices of this project: fast enough that a plan must speak within hours, slow enough to happen. Where a
quantity would take longer than `LONGEST_S` to come past the worst level, it moves as fast as that needs; a test of a
rate is met by a movement of twice that rate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from msgspec.structs import replace

from tailings import units
from tailings.facility.model import Datastream, Facility
from tailings.facility.plans import Condition, Plan
from tailings.quantities import get
from tailings.sight.model import InjectedMove, Scenario, ScenarioKind

KPA_PER_M: Final = 9.80665
LONGEST_S: Final = 48 * 3600.0
MOST_ROWS: Final = 5000
"""So many readings of one datastream are injected at most."""
PAST_THE_RATE: Final = 2.0
PAST_THE_LEVEL: Final = 1.25
"""Where a movement would take too long, it is this much faster than it has to be."""
RATES: Final[Mapping[str, tuple[ScenarioKind, float]]] = {
    "pond-level": ("pond-rise", 0.5),
    "freeboard": ("pond-rise", 0.5),
    "stored-volume": ("pond-rise", 50_000.0),
    "water-level": ("pressure-rise", 0.5),
    "pressure-head": ("pressure-rise", 0.5),
    "pore-pressure": ("pressure-rise", 0.5 * KPA_PER_M),
    "pore-pressure-ratio": ("pressure-rise", 0.02),
    "tilt": ("creep", 0.02),
    "displacement": ("creep", 1.0),
    "gauge-height": ("burst", 0.1),
    "seepage-flow": ("burst", 20.0),
    "flow": ("burst", 0.02),
    "turbidity": ("burst", 50.0),
    "rain": ("storm", 5.0),
    "rain-intensity": ("storm", 20.0),
    "tips": ("storm", 100.0),
}
"""The kind of scenario of a quantity, and how far it moves in an hour, in the quantity's own unit."""
DRIFT: Final[ScenarioKind] = "drift"


def scenario_of(plan: Plan, facility: Facility, present: Mapping[str, float], lost: Collection[str] = ()) -> Scenario:
    """The failure that the worst level of a plan looks for; present: the newest values, by datastream.

    lost: datastreams that say nothing now, of which nothing can be told; where all do, they move all the same.
    """
    worst = plan.levels[-1].when
    every = list(worst.leaves())
    tests = [one for one in every if (one.datastream or "") not in lost] or every
    moves = [_move(test, facility, present) for test in tests]
    longest_s = max(one.lasts_s for one in moves)
    if _has_all(worst):  # a rate that is over before another test is met would meet nothing together
        moves = [replace(one, lasts_s=longest_s) for one in moves]
    found: dict[str, InjectedMove] = {}
    for one in moves:
        known = found.get(one.datastream)
        if known is None or abs(one.rate_per_h * one.lasts_s) > abs(known.rate_per_h * known.lasts_s):
            found[one.datastream] = one
    kind = kind_of(facility.datastreams[tests[0].datastream or ""])
    return Scenario(kind, longest_s, tuple(found.values()))


def crossed_after_s(
    condition: Condition, scenario: Scenario, present: Mapping[str, float], local_month: int
) -> float | None:
    """When the true quantities come past a condition, without instruments, noise and waiting [s].

    None: never, or it hangs on how they moved before (a test of a rate).
    """
    if condition.datastream is not None:
        moves = {one.datastream: one for one in scenario.movements}
        move = moves.get(condition.datastream)
        is_out = not condition.holds_in(local_month)
        if move is None or is_out or condition.rate_over_s is not None or condition.datastream not in present:
            return None
        return _crosses_s(condition, move.rate_per_h, present)
    inner = [crossed_after_s(part, scenario, present, local_month) for part in (*condition.all, *condition.any)]
    known = [one for one in inner if one is not None]
    if condition.all:
        return max(known) if len(known) == len(inner) else None
    return min(known, default=None)


def in_season(plan: Plan, local_month: int) -> Plan:
    """The plan as it is in its season, where none of the tests of its worst level holds in this month."""
    tests = plan.levels[-1].when.leaves()
    if any(one.holds_in(local_month) for one in tests):
        return plan
    levels = tuple(replace(one, when=_of_all_months(one.when)) for one in plan.levels)
    return replace(plan, levels=levels)


def kind_of(datastream: Datastream) -> ScenarioKind:
    """The kind of failure in which a datastream moves."""
    return RATES.get(datastream.quantity, (DRIFT, 0.0))[0]


def natural_rate_per_h(datastream: Datastream, present: float) -> float:
    """How far a datastream moves in an hour in its kind of failure, in its own unit."""
    known = RATES.get(datastream.quantity)
    if known is None:
        return max(abs(present), 1.0) / 24
    usual, own = units.get(get(datastream.quantity).unit), units.get(datastream.unit)
    return known[1] * usual.factor / own.factor


def _move(test: Condition, facility: Facility, present: Mapping[str, float]) -> InjectedMove:
    """The movement that a test asks for: as fast as its quantity moves, and on until some time past the trigger."""
    datastream = facility.datastreams[test.datastream or ""]
    rate = natural_rate_per_h(datastream, present.get(datastream.name, test.value or 0.0))
    if test.rate_over_s is not None:
        rate = max(rate, PAST_THE_RATE * abs(test.value or 0.0))
    interval_s = datastream.expected_interval_s
    room_s = min(LONGEST_S, MOST_ROWS * interval_s)
    side = _side(test, present)
    crosses_s = _crosses_s(test, side * rate, present)
    if crosses_s > room_s:
        rate *= PAST_THE_LEVEL * crosses_s / room_s
        crosses_s = _crosses_s(test, side * rate, present)
    settles_s = max(0.25 * crosses_s, 20 * interval_s) + 2 * (test.for_n * interval_s + test.for_s)
    return InjectedMove(datastream.name, side * rate, crosses_s + settles_s)


def _of_all_months(condition: Condition) -> Condition:
    all_of, any_of = (tuple(map(_of_all_months, parts)) for parts in (condition.all, condition.any))
    return replace(condition, months=(), all=all_of, any=any_of)


def _has_all(condition: Condition) -> bool:
    return len(condition.all) > 1 or any(_has_all(part) for part in (*condition.all, *condition.any))


def _side(test: Condition, present: Mapping[str, float]) -> int:
    """In which direction danger lies; of a test for both sides, the nearer one."""
    if test.test == "away":
        return 1 if _difference(test, present) >= 0 else -1
    return -1 if test.test == "below" else 1


def _difference(test: Condition, present: Mapping[str, float]) -> float:
    """What the test compares now: the value, or its difference from what it is held against."""
    value = present.get(test.datastream or "", 0.0)
    if test.against is None:
        return value
    return value - (test.against.offset + test.against.factor * present.get(test.against.datastream, 0.0))


def _crosses_s(test: Condition, rate_per_h: float, present: Mapping[str, float]) -> float:
    """How long it takes to come past the trigger; of a rate, if it was at rest before."""
    side = -1 if rate_per_h < 0 else 1
    if test.rate_over_s is not None:
        return max(abs(test.value or 0.0) / abs(rate_per_h), 0.0) * test.rate_over_s
    trigger = side * (test.value or 0.0) if test.test == "away" else test.value or 0.0
    return max(side * (trigger - _difference(test, present)), 0.0) / abs(rate_per_h) * 3600
