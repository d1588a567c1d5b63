"""An examination of one facility: its tests with their places in the file, what each reaches, and what it needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from msgspec import structs

from tailings import formulas
from tailings.facility.lint.ramp import Ramp
from tailings.facility.lint.reach import DOWN, UP, End, TestReach
from tailings.facility.lint.trial import OUTMOST, ChainTrial, FailedTest
from tailings.facility.model import Datastream, Facility
from tailings.facility.plans import Condition, Level, Plan, Reference
from toml_file.problems import Path

SIDES: Final = {"above": (UP,), "below": (DOWN,), "away": (UP, DOWN)}


class LevelTest(NamedTuple):
    """One test of a datastream, where it stands in the file."""

    path: Path
    plan: Plan
    level: Level
    leaf: Condition

    @property
    def datastream(self) -> str:
        """What it looks at."""
        return self.leaf.datastream or ""

    @property
    def sides(self) -> tuple[int, ...]:
        """To which sides it looks: up, down or both."""
        return SIDES[self.leaf.test or "above"]

    def trigger(self, side: int) -> float:
        """The value that must be passed to a side."""
        value = self.leaf.value or 0.0
        return side * value if self.leaf.test == "away" else value


class Needs(NamedTuple):
    """The instruments that a value is made of: without `hard` there is none, without `soft` it is flagged."""

    hard: frozenset[str]
    soft: frozenset[str] = frozenset()


class Examination:
    """What the rules ask about a facility; each answer is made once."""

    def __init__(self, facility: Facility) -> None:
        self.facility = facility
        self._reaches: dict[tuple[str, Reference | None], TestReach] = {}
        self._ramps: dict[str, Ramp] = {}
        self._needs: dict[str, Needs] = {}

    @cached_property
    def tests(self) -> tuple[LevelTest, ...]:
        """Every test of every level of every plan, in the order of the file."""
        return tuple(
            LevelTest(path, plan, level, leaf)
            for plan in self.facility.tarp.values()
            for index, level in enumerate(plan.levels)
            for path, leaf in _leaves(level.when, _place(plan, index))
        )

    def reaches(self, test: LevelTest, side: int) -> bool:
        """Whether a value that passes meets a test to a side."""
        to, trigger = test.leaf.against, test.trigger(side)
        if to is None or to.delay_s == 0:
            return self.reach(test.datastream, to).reaches(side, trigger)
        return side * self.end(test, side).value > side * trigger

    def end(self, test: LevelTest, side: int) -> End:
        """The furthest value that a test can see to a side."""
        to = test.leaf.against
        if to is None or to.delay_s == 0:
            return self.reach(test.datastream, to).end(side)
        own = self.reach(test.datastream).end(side)
        other = self.reach(to.datastream).end(-side if to.factor > 0 else side)
        held_against = to.offset + (to.factor * other.value if to.factor else 0.0)
        return replace(own, value=own.value - held_against)

    def tests_beyond(self, test: LevelTest, side: int, trigger: float) -> tuple[FailedTest, ...]:
        """The tests that flag values beyond a trigger."""
        to = test.leaf.against
        if to is None or to.delay_s == 0:
            return self.reach(test.datastream, to).tests_beyond(side, trigger)
        reach = self.reach(test.datastream)
        return reach.tests_beyond(side, reach.end(side).value)

    def reach(self, datastream: str, against: Reference | None = None) -> TestReach:
        """The reach of a datastream, or of its difference from another."""
        key = (datastream, against)
        if key not in self._reaches:
            self._reaches[key] = TestReach(self.facility, datastream, against)
        return self._reaches[key]

    def ramp(self, datastream: str) -> Ramp:
        """Steady changes of a datastream."""
        if datastream not in self._ramps:
            self._ramps[datastream] = Ramp(self.facility, datastream, self.reach(datastream))
        return self._ramps[datastream]

    def needs(self, name: str) -> Needs:
        """The instruments behind a datastream."""
        if name not in self._needs:
            self._needs[name] = self._needs_of(self.facility.datastreams[name])
        return self._needs[name]

    def _needs_of(self, datastream: Datastream) -> Needs:
        if datastream.formula is None:
            return Needs(frozenset([datastream.instrument]))
        hard, soft = set[str](), set[str]()
        for role, declared in formulas.inputs_of(formulas.get(datastream.formula), datastream.inputs).items():
            inner = self.needs(datastream.inputs[role])
            (soft if declared.optional else hard).update(inner.hard)
            soft |= inner.soft
        return Needs(frozenset(hard), frozenset(soft - hard))

    def is_possible(self, condition: Condition, is_dead: Callable[[Needs], bool]) -> bool:
        """Whether a condition can still be met when each datastream of which this is said gives no more values."""
        if condition.datastream is not None:
            return not any(is_dead(self.needs(name)) for name in condition.names())
        inner = [self.is_possible(part, is_dead) for part in (*condition.all, *condition.any)]
        return all(inner) if condition.all else any(inner)

    def nodes_of(self, instruments: Collection[str]) -> set[str]:
        """The nodes that instruments hang on."""
        return {self.facility.instruments[name].node for name in instruments}


def passing_span(facility: Facility, failed: FailedTest) -> tuple[float, float] | None:
    """Lowest and highest value that one filter lets pass, in any season; None for what is no filter of single rows."""
    datastream = facility.datastreams[failed.datastream]
    if failed.test not in datastream.filters:
        return None
    kept = {failed.test: datastream.filters[failed.test]}
    one = structs.replace(datastream, filters=kept, formula=None, inputs={})
    trial = ChainTrial(structs.replace(facility, datastreams={one.name: one}, derived_order=()), [one.name])
    if not trial.facility.datastreams[one.name].filters:
        return None
    found = [_passing(trial, one.name, day) for day in trial.days]
    lows, highs = zip(*found, strict=True)
    low, high = min(lows), max(highs)
    return (-np.inf if low <= -OUTMOST else low, np.inf if high >= OUTMOST else high)


def without_suspect(facility: Facility, failed: Iterable[FailedTest]) -> Facility:
    """The facility with filters that call nothing suspect; what they call a fail, they go on to."""
    datastreams = dict(facility.datastreams)
    for one in failed:
        known = dict(datastreams[one.datastream].filters)
        settings = known.pop(one.test)
        if getattr(settings, "suspect", None) is not None and getattr(settings, "fail", None) is not None:
            known[one.test] = structs.replace(settings, suspect=None)
        datastreams[one.datastream] = structs.replace(datastreams[one.datastream], filters=known)
    return structs.replace(facility, datastreams=datastreams)


def _passing(trial: ChainTrial, name: str, day: int) -> tuple[float, float]:
    values, passes = trial.candidates(name, day)
    inner = values[passes]
    return (float(inner[0]), float(inner[-1])) if inner.size else (np.inf, -np.inf)


def _place(plan: Plan, index: int) -> Path:
    """Where the condition of a level stands in the file; a limit of the facility is one number."""
    return ("facility", "minimum_freeboard_m") if plan.is_limit else ("tarp", plan.id, "levels", index, "when")


def _leaves(condition: Condition, path: Path) -> Iterator[tuple[Path, Condition]]:
    if condition.datastream is not None:
        yield path, condition
    for word, parts in (("all", condition.all), ("any", condition.any)):
        for index, part in enumerate(parts):
            yield from _leaves(part, (*path, word, index))
