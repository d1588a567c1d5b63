"""Trigger action response plans as a facility file states them: levels, conditions, actions, approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tailings.facility.places import NOT_IN_FILE
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
    """The datastream that a value is held against."""
    factor: float = 1.0
    """What its value is multiplied by."""
    offset: float = 0.0
    """What is added to it. [of the datastream]"""
    delay_s: Duration = 0.0
    """How long before the value is taken."""


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """Either a test of one datastream, or `all` or `any` of other conditions.

    Months are those of the facility's standard time. A silence longer than stale_after_s ends a row of readings that
    are past the limit.
    """

    datastream: str | None = None
    """The datastream that is tested."""
    test: Literal["above", "below", "away"] | None = None
    """On which side of value it is met; away: on either, by a difference."""
    value: float | None = None
    """The limit; a rate per hour where rate_over_s is given. [of the datastream]"""
    against: Reference | None = None
    """What the value is held against: the test is of the difference."""
    months: Annotated[tuple[Annotated[int, Meta(ge=1, le=12)], ...], Meta(max_length=12)] = ()
    """The months in which the test holds, 1 to 12; outside of them it is never met."""
    rate_over_s: Annotated[float, Meta(gt=0, le=90 * 86400)] | None = None
    """The time over which a rate is tested instead of the value."""
    hysteresis: Annotated[float, Meta(ge=0)] = 0.0
    """How far back past the limit a value must come to clear it. [of the datastream]"""
    for_n: Annotated[int, Meta(ge=1, le=1000)] = 1
    """How many readings in a row must be past the limit to raise."""
    for_s: Duration = 0.0
    """How long they must be past the limit to raise."""
    stale_after_s: Annotated[float, Meta(gt=0, le=366 * 86400)] | None = None
    """After what silence the condition is stale; without it three expected intervals."""
    all: tuple[Condition, ...] = ()
    """Conditions that must all be met."""
    any: tuple[Condition, ...] = ()
    """Conditions of which one must be met."""

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

    def holds_in(self, month: int) -> bool:
        """Whether a test holds in a month (1 to 12) of the facility's standard time."""
        return not self.months or month in self.months

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
    """Who has to do it: a role, not a name."""
    what: Text
    """What has to be done."""
    within_h: Annotated[float, Meta(gt=0)] | None = None
    """By when, from the raising of the level."""


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a plan."""

    level: LevelName
    """The level that is raised."""
    when: Condition
    """The condition that raises it."""
    actions: tuple[Action, ...] = ()
    """What has to be done then."""

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

    id: Annotated[str, NOT_IN_FILE]
    failure_mode: Text
    """The way of failing that the plan is for."""
    levels: tuple[Level, ...]
    """Its levels, yellow first."""
    approved_by: Text | None = None
    """Who approved it; until then it only simulates."""
    approved_on: dt.date | None = None
    """The day of the approval."""
    valid_to: dt.date | None = None
    """The day on which the approval ends; the plan goes on and is said to be overdue."""
    withdrawn_by: Text | None = None
    """Who withdrew it."""
    withdrawn_on: dt.date | None = None
    """The day from which it is silent."""
    lowered_by: Text | None = None
    """The role that alone lowers a raised level; without it the level falls by itself."""
    is_limit: Annotated[bool, NOT_IN_FILE] = False

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
