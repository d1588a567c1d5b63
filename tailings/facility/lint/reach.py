"""Reach: the furthest value of a datastream, or of its difference from another, that no filter and no formula flags.

From the file alone: states of the raw readings are tried on the real chain, from many sides at first; the best is then
followed up, reading by reading, until none of them leads further, and its end is narrowed to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from tailings.facility.lint.trial import OUTMOST, ChainTrial, FailedTest, States, failed_tests
from tailings.facility.model import Facility
from tailings.facility.plans import Reference
from tailings.series import Values, is_sure

UP, DOWN = 1, -1
MAX_CORNERS: Final = 8
"""Readings whose corners are all tried; beyond that, as many at random."""
RANDOM_STATES: Final = 128
ROUNDS: Final = 24
ZOOM: Final = 33
ZOOMS: Final = 9
"""Each narrows an end to a sixteenth: nine leave ten digits."""
CLOSER: Final = 8
"""Steps towards the place at which something changes, each to a thirty-second of the way."""
MAX_STARTS: Final = 8
MAX_CROSSINGS: Final = 16
FORBIDDEN: Final = -1e200


class Aim(NamedTuple):
    """What a search is after: a side, on a day of the year, among values that pass (`is_strict`) or among all.

    enough: a score at which it may stop.
    """

    side: int
    day: int
    is_strict: bool = True
    enough: float = np.inf


@dataclass(frozen=True, slots=True)
class End:
    """The furthest value to one side: inf when nothing limits it, NaN when no value passes; and readings that give it.

    day: of the year (0 to 365), where seasons differ.
    """

    value: float
    readings: Mapping[str, float] = field(default_factory=dict)
    day: int = 0


class TestReach:
    """What one test of a plan looks at, and how far it reaches to either side."""

    def __init__(self, facility: Facility, datastream: str, against: Reference | None = None) -> None:
        self._datastream, self._against = datastream, against
        self._trial = ChainTrial(facility, [datastream, *([against.datastream] if against else [])])
        self.end = cache(self._end)
        self._most = cache(self._unflagged)

    def most(self, side: int) -> float:
        """The furthest value to a side if nothing were flagged."""
        return self._most(side).value

    def reaches(self, side: int, trigger: float) -> bool:
        """Whether a value beyond a trigger passes; often known before the furthest one is."""
        for day in self._trial.days:
            aim = Aim(side, day, enough=side * trigger)
            grids, starts = self._begun(day)
            if self._score(self._climbed(self._best(starts, aim), grids, aim)[None, :], aim)[0] > aim.enough:
                return True
        return side * self.end(side).value > side * trigger

    def _end(self, side: int) -> End:
        return self._best_of_days(side, is_strict=True)

    def _unflagged(self, side: int) -> End:
        return self._best_of_days(side, is_strict=False)

    def _best_of_days(self, side: int, is_strict: bool) -> End:
        found = [self._furthest(Aim(side, day, is_strict)) for day in self._trial.days]
        return max(found, key=lambda one: -np.inf if np.isnan(one.value) else side * one.value)

    def tests_beyond(self, side: int, trigger: float) -> tuple[FailedTest, ...]:
        """The tests that flag the least flagged value beyond a trigger; none when the formulas give no such value."""
        end = self.end(side)
        start = self._state(end)
        states = _varied(start, [self._trial.candidates(name, end.day)[0] for name in self._trial.free])
        row = self._mildest(states, side, trigger, end.day)
        if row is None:
            states = self._state(self._most(side))[None, :]
            row = self._mildest(states, side, trigger, end.day)
        if row is None:
            return ()
        beyond = states[row]
        for _ in range(CLOSER):
            states = start + np.linspace(0, 1, ZOOM)[:, None] * (beyond - start)
            row = max(self._mildest(states, side, trigger, end.day) or ZOOM - 1, 1)
            start, beyond = states[row - 1], states[row]
        return failed_tests(self._trial.run(beyond[None, :], end.day), 0)

    def _mildest(self, states: States, side: int, trigger: float, day: int) -> int | None:
        value, flags = self._values(states, day)
        is_past = (side * value > side * trigger) & (flags > 0)
        if not is_past.any():
            return None
        rank = np.where(is_past, flags * 1e20 + np.minimum(np.abs(value - trigger), 1e19), np.inf)
        return int(np.argmin(rank))

    def _furthest(self, aim: Aim) -> End:
        grids, states = self._begun(aim.day, aim.is_strict)
        starts = states[np.argsort(-self._score(states, aim), kind="stable")[:MAX_STARTS]]
        best = self._climbed(starts[0], grids, aim)
        for start in starts[1:]:
            if self._score(best[None, :], aim)[0] > FORBIDDEN:
                break
            best = self._climbed(start, grids, aim)
        best = self._narrowed(best, grids, aim)
        value, flags = self._values(best[None, :], aim.day)
        if (aim.is_strict and flags[0]) or not np.isfinite(value[0]):
            return End(np.nan, self._named(best), aim.day)
        return End(self._opened(best, float(value[0]), aim), self._named(best), aim.day)

    def _begun(self, day: int, is_strict: bool = True) -> tuple[list[Values], States]:
        grids = [self._grid(name, day, is_strict) for name in self._trial.free]
        return grids, _starts(grids, self._trial.named)

    def _climbed(self, best: Values, grids: list[Values], aim: Aim) -> Values:
        """Follow a state up; where no value of a grid leads further, along the ends of ranges that lie between them."""
        for _ in range(ROUNDS):
            if self._score(best[None, :], aim)[0] > aim.enough:
                break
            better = self._moved(best, grids, aim)
            if better is best and aim.is_strict:
                finer = [
                    np.unique(np.concatenate([grid, self._crossings(best, column, grid, aim.day)]))
                    for column, grid in enumerate(grids)
                ]
                better = self._moved(best, finer, aim)
            if better is best:
                break
            best = better
        return best

    def _crossings(self, state: Values, column: int, grid: Values, day: int) -> Values:
        """Values of one reading at which a datastream comes to an end of what its own filters let pass."""
        found = [np.zeros(0)]
        for name, target in self._trial.ends(day):
            low, high = self._crossed(state, column, grid[None, :], name, target, day=day)
            for _ in range(CLOSER // 2):
                if low.size:
                    between = low[:, None] + np.linspace(0, 1, ZOOM) * (high - low)[:, None]
                    low, high = self._crossed(state, column, between, name, target, day=day)
            found += [low, high]
        return np.concatenate(found)

    def _crossed(
        self, state: Values, column: int, at: States, name: str, target: float, day: int
    ) -> tuple[Values, Values]:
        """The places, each row of them rising, between which a datastream crosses a value, or comes to have one."""
        states = np.tile(state, (at.size, 1))
        states[:, column] = at.ravel()
        value = self._trial.run(states, day)[name].series.value.reshape(at.shape)
        part = np.where(np.isnan(value), 2, value > target)
        row, place = np.nonzero(part[:, 1:] != part[:, :-1])
        first = slice(0, MAX_CROSSINGS)
        return at[row, place][first], at[row, place + 1][first]

    def _narrowed(self, best: Values, grids: list[Values], aim: Aim) -> Values:
        around = [_neighbours(grid, at) for grid, at in zip(grids, best, strict=True)]
        for _ in range(ZOOMS):
            fine = [np.linspace(low, high, ZOOM) for low, high in around]
            best = self._moved(best, fine, aim)
            around = [
                (at - (high - low) / (ZOOM - 1), at + (high - low) / (ZOOM - 1))
                for at, (low, high) in zip(best, around, strict=True)
            ]
        return best

    def _moved(self, best: Values, grids: list[Values], aim: Aim) -> Values:
        """The best state that differs from this one in one reading, or in several that each lead further."""
        states = np.concatenate([best[None, :], _varied(best, grids)])
        score = self._score(states, aim)
        single, first = [], 1
        for column, grid in enumerate(grids):
            row = first + int(np.argmax(score[first : first + grid.size]))
            single.append((float(score[row]), column, float(states[row, column])))
            first += grid.size
        gains = sorted((one for one in single if one[0] > score[0]), reverse=True)
        if len(gains) < 2:
            return np.asarray(states[int(np.argmax(score))]) if gains else best
        together = np.tile(best, (len(gains), 1))
        for number, (_, column, at) in enumerate(gains):
            together[number:, column] = at
        return self._best(together, aim)

    def _best(self, states: States, aim: Aim) -> Values:
        return np.asarray(states[int(np.argmax(self._score(states, aim)))])

    def _score(self, states: States, aim: Aim) -> Values:
        value, flags = self._values(states, aim.day)
        is_none = ~np.isfinite(value)
        forbidden = FORBIDDEN * (flags * aim.is_strict + is_none)
        return np.where(forbidden < 0, forbidden, aim.side * np.where(is_none, 0.0, value))

    def _values(self, states: States, day: int) -> tuple[Values, Values]:
        """The tested value of each state, and how badly its chain is flagged, 0 where a plan would look at it."""
        results = self._trial.run(states, day)
        grades = [np.where(is_sure(one.series.quality), 0, one.series.quality) for one in results.values()]
        flags = np.sum(grades, axis=0, dtype=np.float64)
        value = results[self._datastream].series.value
        if self._against is not None:
            to = self._against
            value = value - (to.offset + to.factor * results[to.datastream].series.value)
        return value, flags

    def _opened(self, best: Values, value: float, aim: Aim) -> float:
        """Infinite where a reading that nothing limits still leads further at the largest number tried."""
        for column in np.flatnonzero(np.abs(best) >= OUTMOST).tolist():
            nearer = best.copy()
            nearer[column] *= 0.1
            score = self._score(np.stack([best, nearer]), aim)
            if score[0] - score[1] > 1e-6 * abs(score[0]):
                return aim.side * np.inf
        return value

    def _grid(self, name: str, day: int, is_strict: bool) -> Values:
        values, passes = self._trial.candidates(name, day)
        if not is_strict or not passes.any():
            return values
        inner = values[passes]
        return np.unique(np.concatenate([inner, np.linspace(inner[0], inner[-1], ZOOM)]))

    def _state(self, end: End) -> Values:
        return np.array([end.readings.get(name, 0.0) for name in self._trial.free])

    def _named(self, state: Values) -> dict[str, float]:
        return dict(zip(self._trial.free, state.tolist(), strict=True))


def _starts(grids: list[Values], named: Values) -> States:
    """Corners, middles and random states of the grids; in every second one half of the readings stand in the file.

    What a formula says between two numbers of the file, as between the ends of a survey, is seldom hit otherwise.
    """
    random = np.random.default_rng(14)
    ends = [(grid[0], grid[-1]) for grid in grids]
    corners: Iterable[tuple[float, ...]] = product(*ends) if len(grids) <= MAX_CORNERS else ()
    drawn = np.stack([_drawn(grid, named, random) for grid in grids], axis=1)
    middle = [float(grid[grid.size // 2]) for grid in grids]
    return np.concatenate([np.array([middle, *corners]), drawn])


def _drawn(grid: Values, named: Values, random: np.random.Generator) -> Values:
    known = named[np.isin(named, grid)]
    drawn = random.choice(grid, RANDOM_STATES)
    if known.size:
        is_named = (np.arange(RANDOM_STATES) % 2 == 1) & (random.random(RANDOM_STATES) < 0.5)
        drawn = np.where(is_named, random.choice(known, RANDOM_STATES), drawn)
    return np.asarray(drawn)


def _varied(state: Values, grids: list[Values]) -> States:
    """The state with one reading changed to each value of its grid, reading after reading."""
    states = np.tile(state, (sum(grid.size for grid in grids), 1))
    first = 0
    for column, grid in enumerate(grids):
        states[first : first + grid.size, column] = grid
        first += grid.size
    return states


def _neighbours(grid: Values, at: float) -> tuple[float, float]:
    place = int(np.searchsorted(grid, at))
    return float(grid[max(place - 1, 0)]), float(grid[min(place + 1, grid.size - 1)])
