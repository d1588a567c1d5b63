"""A second, plain definition of green, without tarp.

It looks at each test alone, reading by reading: what is its newest usable reading, how old is it, and on which side of
the limit is it?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

from tailings.assess.model import Assessment
from tailings.facility.plans import Condition, Plan
from tailings.series import Bounded
from wire import quality as flag

MINUTE_MS = 60_000
NOW_MS = 1_764_079_200_000
STALE_MS = 3 * MINUTE_MS


@dataclass(frozen=True)
class Case:
    """A facility's plans and the readings of its gauges, one a minute up to `NOW`, some of them missing."""

    plans: tuple[Plan, ...]
    readings: Mapping[str, Bounded]


def side_of(leaf: Condition, readings: Bounded, row: int) -> str:
    """On which side of its limit one reading puts a test: past, safe, or neither."""
    low, high, limit = readings.low[row], readings.high[row], leaf.value or 0.0
    if leaf.test == "above":
        return "past" if low > limit else "safe" if high <= limit else "neither"
    return "past" if high < limit else "safe" if low >= limit else "neither"


def newest_side(leaf: Condition, case: Case) -> tuple[str, int | None]:
    """The side of the newest reading that puts a test on one, and its time."""
    readings = case.readings[leaf.datastream or ""]
    for row in reversed(range(len(readings))):
        if (side := side_of(leaf, readings, row)) != "neither":
            return side, int(readings.time_ms[row])
    return "never", None


def is_lost(leaf: Condition, case: Case) -> bool:
    """Whether a test has had no such reading for three intervals."""
    _, at_ms = newest_side(leaf, case)
    return at_ms is None or NOW_MS - at_ms > STALE_MS


def can_be_met(condition: Condition, case: Case, without: frozenset[str] = frozenset()) -> bool:
    """Whether a condition can still become true, or is true."""
    if condition.datastream is not None:
        is_met = newest_side(condition, case)[0] == "past"
        return is_met or not is_lost(condition, case) if condition.datastream not in without else False
    return (
        all(can_be_met(part, case, without) for part in condition.all)
        if condition.all
        else any(can_be_met(part, case, without) for part in condition.any)
    )


def is_met(condition: Condition, case: Case, met: Callable[[Condition], bool]) -> bool:
    """Whether a condition is true, by the truth of its tests."""
    if condition.datastream is not None:
        return met(condition)
    parts = [is_met(part, case, met) for part in (*condition.all, *condition.any)]
    return all(parts) if condition.all else any(parts)


def is_believed(leaf: Condition, case: Case) -> bool:
    """Whether the newest value that did not fail is past, taken as it was read."""
    readings = case.readings[leaf.datastream or ""]
    quality = readings.series.quality
    rows = [row for row in range(len(readings)) if quality[row] in (flag.PASS, flag.SUSPECT)]
    value = float(readings.series.value[rows[-1]]) if rows else None
    limit = leaf.value or 0.0
    return value is not None and (value > limit if leaf.test == "above" else value < limit)


def is_safe(case: Case) -> bool:
    """Whether green is proven: every plan in force can detect its worst level, and no level is reached or believed."""
    in_force = [plan for plan in case.plans if plan.approved_by]
    return all(
        can_be_met(plan.levels[-1].when, case)
        and not any(
            is_met(level.when, case, lambda leaf: newest_side(leaf, case)[0] == "past")
            or is_met(level.when, case, lambda leaf: is_believed(leaf, case))
            for level in plan.levels
        )
        for plan in in_force
    )


def check(case: Case, found: Assessment) -> None:
    """Hold an assessment against the second definition."""
    in_force = [plan for plan in case.plans if plan.approved_by]
    assert (found.verdict == "green") == is_safe(case)
    by_id = {one.plan: one for one in found.failure_modes}
    for plan in in_force:
        leaves = [leaf for level in plan.levels for leaf in level.when.leaves()]
        lost = {leaf.datastream for leaf in leaves if is_lost(leaf, case)}
        assert {one.datastream for one in by_id[plan.id].lost} == lost
        is_blind = not can_be_met(plan.levels[-1].when, case)
        assert by_id[plan.id].sight == ("blind" if is_blind else "reduced" if lost else "full")
        if not is_blind:
            assert by_id[plan.id].may_fail == spare(plan, case)


def spare(plan: Plan, case: Case) -> int:
    """How many more gauges may fail before the worst level cannot be reached, by trying all of them."""
    worst = plan.levels[-1].when
    names = sorted({leaf.datastream or "" for leaf in worst.leaves()})
    for count in range(1, len(names) + 1):
        if any(not can_be_met(worst, case, frozenset(some)) for some in combinations(names, count)):
            return count - 1
    raise AssertionError("without any gauge it can still be met")
