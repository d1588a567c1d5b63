"""What the alarm remembers of a plan between two groups and over a restart, as JSON in the buffer."""

from typing import Any, Final

import msgspec

from tailings import tarp
from tailings.facility import Plan


class FollowedReading(msgspec.Struct, frozen=True, array_like=True):
    """One row that the plan was followed over; value None: missing.

    low, high: the interval in which the true value lies, where it did not pass; None: endless on that side.
    """

    datastream: str
    time_ms: int
    value: float | None
    quality: int
    low: float | None = None
    high: float | None = None


class DoubtedReading(msgspec.Struct, frozen=True):
    """The reading without which the latched level would not have been reached, and the tests that doubt it now."""

    datastream: str
    time_ms: int
    tests: str


class Learned(msgspec.Struct, frozen=True):
    """A level that the values had reached long before they came: from when, until when (None: they still do)."""

    level: int
    from_ms: int
    to_ms: int | None


class Release(msgspec.Struct, frozen=True):
    """When a person lowered the level the last time, to what, and why."""

    at_ms: int
    level: int
    reason: str


class AlarmRow(msgspec.Struct, frozen=True):
    """How one plan stands at the gateway: its latched level, 0 green to 3 red, and what it must remember (JSON)."""

    plan: str
    level: int
    since_ms: int
    memory: str


class Remembered(msgspec.Struct, frozen=True):
    """The memory of the tests, the level of the newest values (not latched), and the newest row of each datastream.

    The newest readings, in the order in which they came, and the memory before them (`settled`): a later verdict on one
    of them is followed anew from there. `raised_ms` is the time of the readings that reached the latched level;
    `learned` the newest level that was reached long before it became known here.
    """

    memory: tarp.PlanMemory = tarp.PlanMemory()
    level: int = 0
    seen_ms: dict[str, int] = {}
    settled: tarp.PlanMemory = tarp.PlanMemory()
    newest: tuple[FollowedReading, ...] = ()
    raised_ms: int = 0
    doubt: DoubtedReading | None = None
    released: Release | None = None
    learned: Learned | None = None


FORMAT: Final = 2
"""What is written in another one is not read: the plan begins anew with the next readings; its level stands."""


class _Plain(msgspec.Struct, frozen=True):
    """How it is written."""

    plan: str = ""
    format: int = 1
    level: int = 0
    seen_ms: dict[str, int] = {}
    leaves: list[dict[str, Any]] = []
    settled: list[dict[str, Any]] | None = None
    newest: tuple[FollowedReading, ...] = ()
    raised_ms: int = 0
    doubt: DoubtedReading | None = None
    released: Release | None = None
    learned: Learned | None = None


def encode(known: Remembered, plan: Plan) -> str:
    """As JSON, with a mark of the conditions that it belongs to."""
    leaves, settled = tarp.to_plain(known.memory), tarp.to_plain(known.settled)
    more = (known.newest, known.raised_ms, known.doubt, known.released, known.learned)
    plain = _Plain(tarp.digest(plan), FORMAT, known.level, known.seen_ms, leaves, settled, *more)
    return msgspec.json.encode(plain).decode()


def decode(text: str, plan: Plan) -> Remembered:
    """What was remembered; of other conditions only the doubt and the release, for those say nothing about these."""
    plain = msgspec.json.decode(text, type=_Plain)
    if (plain.plan, plain.format) != (tarp.digest(plan), FORMAT):
        return Remembered(doubt=plain.doubt, released=plain.released, learned=plain.learned)
    memory = tarp.from_plain(plain.leaves)
    settled = memory if plain.settled is None else tarp.from_plain(plain.settled)
    more = (plain.newest, plain.raised_ms, plain.doubt, plain.released, plain.learned)
    return Remembered(memory, plain.level, plain.seen_ms, settled, *more)
