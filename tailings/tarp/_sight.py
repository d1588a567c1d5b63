"""What a plan can still see: whether the condition of its worst level can become true with what is usable now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Plan
from tailings.levels import LostReason, SightState
from tailings.series import Times
from tailings.tarp._condition import Heard, TestSteps
from wire import quality as flag

MAX_CUTS: Final = 200
"""Sets of instruments that are looked at for the smallest one; beyond it the count may be too large, never too small
by more than what is shared between tests."""
_REASONS: Final[dict[int, LostReason]] = {flag.MISSING: "missing", flag.FAIL: "rejected", flag.SUSPECT: "suspect"}
Cut = frozenset[str]


@dataclass(frozen=True, slots=True)
class LostTest:
    """A test that can decide nothing now: its datastream, why, the levels that ask for it, and since when [Unix ms].

    since_ms: the last usable reading; None: there never was one.
    """

    datastream: str
    reason: LostReason
    levels: tuple[str, ...]
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a plan can still see, what is lost, and how many more instruments may fail before it is blind."""

    state: SightState
    lost: tuple[LostTest, ...] = ()
    may_fail: int = 0


@dataclass(frozen=True, slots=True)
class TestNeeds:
    """One test of the worst level: whether it can be met, and the instruments that it hangs on."""

    can_be_met: bool
    instruments: Cut


def sight_of(
    plan: Plan, steps: Sequence[TestSteps], facility: Facility, now: Times, out_of_reach: Collection[int] = ()
) -> Sight:
    """Sight of a plan after its tests were followed; steps: in the order of the file. now: int64[1].

    out_of_reach: places in that order of tests that no reading can meet.
    """
    lost: dict[tuple[str, LostReason], LostTest] = {}
    in_order = enumerate(steps)
    worst: list[TestNeeds] = []
    for level in plan.levels:
        worst = []
        for leaf in level.when.leaves():
            place, step = next(in_order)
            gone = list(_lost(step, now))
            if place in out_of_reach:
                gone.append((step.heard[0], "out-of-reach"))
            for heard, reason in gone:
                known = lost.get((heard.datastream, reason))
                levels = (*(known.levels if known else ()), level.level)
                lost[heard.datastream, reason] = LostTest(
                    heard.datastream, reason, tuple(dict.fromkeys(levels)), heard.after.usable_ms
                )
            is_met = bool(step.met_at(now)[0])
            names = [leaf.datastream or "", *([leaf.against.datastream] if leaf.against else [])]
            instruments = frozenset(facility.datastreams[name].instrument for name in names)
            worst.append(TestNeeds(not gone or is_met, instruments))
    cuts = smallest_cuts(plan.levels[-1].when, iter(worst)) if plan.levels else [frozenset[str]()]
    smallest = min(map(len, cuts), default=0)
    state: SightState = "blind" if smallest == 0 else "reduced" if lost else "full"
    return Sight(state, tuple(lost.values()), max(smallest - 1, 0))


def _lost(step: TestSteps, now: Times) -> Iterator[tuple[Heard, LostReason]]:
    """The datastreams of a test that say nothing usable now; out of its season a test misses nothing."""
    if not step.in_season_at(now)[0]:
        return
    for heard in step.heard:
        if heard.stale_at(now)[0]:
            yield heard, _reason(heard, int(now[0]))


def _reason(heard: Heard, now_ms: int) -> LostReason:
    newest = heard.after
    if not newest.quality:
        return "never-read"
    if now_ms - newest.time_ms > heard.stale_after_ms:
        return "silent"
    return _REASONS.get(newest.quality, "rate-unknown")


def smallest_cuts(condition: Condition, tests: Iterator[TestNeeds]) -> list[Cut]:
    """The smallest sets of instruments without which a condition cannot become true; the empty one: it cannot now."""
    if condition.datastream is not None:
        test = next(tests)
        return [frozenset({one}) for one in test.instruments] if test.can_be_met else [frozenset()]
    parts = [smallest_cuts(part, tests) for part in (*condition.all, *condition.any)]
    if condition.all:
        return minimal(cut for part in parts for cut in part)
    found = parts[0]
    for part in parts[1:]:
        found = minimal(one | other for one, other in product(found, part))
    return found


def minimal(cuts: Iterable[Cut]) -> list[Cut]:
    """Without those that contain another one; the smallest first."""
    kept: list[Cut] = []
    for cut in sorted(set(cuts), key=len):
        if len(kept) == MAX_CUTS:
            break
        if not any(one <= cut for one in kept):
            kept.append(cut)
    return kept
