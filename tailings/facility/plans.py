"""Trigger action response plans as a facility file states them: levels, conditions, actions, approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tailings.levels import LEVELS as LEVELS

LevelName = Literal["yellow", "orange", "red"]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Duration = Annotated[float, Meta(ge=0, le=366 * 86400)]
MAX_CONDITIONS = 100


class Reference(Struct, frozen=True, forbid_unknown_fields=True):
    """What a value is held against: offset + factor x the value that another datastream had delay_s before.

    Pond level + 0.5 m is an offset; a neighbour is the datastream alone; a fitted line has factor, offset and delay.
    """

    datastream: str
    factor: float = 1.0
    offset: float = 0.0
    delay_s: Duration = 0.0


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """Either a test of one datastream, or `all` or `any` of other conditions.

    value: limit in the datastream's unit; per hour when rate_over_s is given, which tests the rate over that time.
    against: the test is of the difference from that; "away" is met by a difference of either sign. months: the test
    holds only in these, 1 to 12, by the facility's standard time; outside of them it is never met.
    hysteresis: how far back past the limit a value must come to clear it. for_n, for_s: so many readings in a row,
    and so long, must be past the limit to raise. stale_after_s: a longer silence ends such a row of readings and
    makes the condition stale; without it three expected intervals.
    """

    datastream: str | None = None
    test: Literal["above", "below", "away"] | None = None
    value: float | None = None
    against: Reference | None = None
    months: Annotated[tuple[Annotated[int, Meta(ge=1, le=12)], ...], Meta(max_length=12)] = ()
    rate_over_s: Annotated[float, Meta(gt=0, le=90 * 86400)] | None = None
    hysteresis: Annotated[float, Meta(ge=0)] = 0.0
    for_n: Annotated[int, Meta(ge=1, le=1000)] = 1
    for_s: Duration = 0.0
    stale_after_s: Annotated[float, Meta(gt=0, le=366 * 86400)] | None = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if sum((self.datastream is not None, bool(self.all), bool(self.any))) != 1:
            raise ValueError("a condition is one datastream, or all = [...], or any = [...]; give exactly one of them")
        if self.datastream is not None and (self.test is None or self.value is None):
            raise ValueError('a condition on a datastream needs test = "above", "below" or "away", and value')
        if self.against is not None and self.rate_over_s is not None:
            raise ValueError("against and rate_over_s do not go together; write two conditions in all = [...]")
        if self.test == "away" and (self.value or 0.0) <= 0:
            raise ValueError('test = "away" needs a value above zero: how far is too far')

    def leaves(self) -> Iterator[Condition]:
        """The tests of datastreams in it, in the order of the file."""
        if self.datastream is not None:
            yield self
        for inner in (*self.all, *self.any):
            yield from inner.leaves()

    @property
    def is_of_value(self) -> bool:
        """Whether it is a test of one datastream's value on one side: not of its rate, nor of a difference."""
        return self.datastream is not None and self.test != "away" and self.against is None and self.rate_over_s is None

    def names(self) -> Iterator[str]:
        """The datastreams of its tests, each followed by what it is held against."""
        for leaf in self.leaves():
            yield leaf.datastream or ""
            if leaf.against is not None:
                yield leaf.against.datastream


class Action(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody has to do when a level is reached, and within which time."""

    who: Text
    what: Text
    within_h: Annotated[float, Meta(gt=0)] | None = None


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a plan."""

    level: LevelName
    when: Condition
    actions: tuple[Action, ...] = ()

    @property
    def rank(self) -> int:
        """1 yellow, 2 orange, 3 red (0 is green)."""
        return LEVELS.index(self.level)


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """The plan for one failure mode. Without approved_by and approved_on it only simulates (`tarp.state_of`).

    An approval that has ended (valid_to) does not silence it; withdrawn_on does, from that day on, until it is
    approved anew.

    is_limit: a limit of the facility that counts like a plan; a file cannot say so.
    """

    id: str
    failure_mode: Text
    levels: tuple[Level, ...]
    approved_by: Text | None = None
    approved_on: dt.date | None = None
    valid_to: dt.date | None = None
    withdrawn_by: Text | None = None
    withdrawn_on: dt.date | None = None
    lowered_by: Text | None = None
    is_limit: bool = False

    def datastreams(self) -> list[str]:
        """The datastreams that it looks at, also those that it only holds others against, each once."""
        return list(dict.fromkeys(name for level in self.levels for name in level.when.names()))

    def levels_on(self, name: str) -> list[tuple[str, float]]:
        """The levels that it sets on the value of a datastream, with their values, in the order of the file."""
        return [
            (level.level, leaf.value)
            for level in self.levels
            for leaf in level.when.leaves()
            if leaf.datastream == name and leaf.is_of_value and leaf.value is not None
        ]
