"""Telling: to whom a level of a plan would be told and after how long, by approval, shelf and recipients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tailings import on_call, rota
from tailings.rota import Rota
from tailings.sight.model import BlindCode

EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)


class RecipientWay(Struct, frozen=True):
    """Somebody who is told of the dam's alarms from a level on (1 yellow, 3 red), as they stand with the centre.

    after_min: only where nobody has acknowledged by then. has_way: the address can be used, and took what was sent
    last. weekdays, on_call, quiet: as for a recipient, in the time of the facility.
    """

    name: str
    from_level: int
    has_way: bool = True
    after_min: int = 0
    weekdays: tuple[int, ...] = EVERY_DAY
    on_call_from: dt.time | None = None
    on_call_until: dt.time | None = None
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None


class LevelHold(Struct, frozen=True):
    """A level of a plan that is shelved or out of service, and whatever is milder."""

    plan: str
    level: int
    from_ms: int
    until_ms: int

    def holds(self, at_ms: int) -> bool:
        """Whether it does at an instant."""
        return self.from_ms <= at_ms < self.until_ms


class OutboxMessage(Struct, frozen=True):
    """A message that would be made: for whom, of which level, and so long after the failure began [s]."""

    recipient: str
    level: int
    after_s: float


class Ways(Struct, frozen=True):
    """All that decides who is told of a plan. recipients None: they are not known here, and every level counts as told.

    calls: whether the plan calls people at all. ended_at: when its approval ended, though it goes on calling.
    rota: who is on duty in turn; None: there is none.
    """

    timezone: str
    calls: bool
    ended_at: dt.datetime | None = None
    holds: tuple[LevelHold, ...] = ()
    recipients: tuple[RecipientWay, ...] | None = None
    rota: Rota | None = None

    def messages(self, plan: str, level: int, at_ms: int, began_ms: int) -> list[OutboxMessage]:
        """The messages of a plan that comes to a level, the first one first; none while it is shelved."""
        held_ms = held_until_ms(self.holds, plan, level, at_ms)
        from_ms = at_ms if held_ms is None else held_ms
        if not self.calls:
            return []
        if self.recipients is None:
            return [OutboxMessage("", level, (from_ms - began_ms) / 1000)]
        now = dt.datetime.fromtimestamp(from_ms / 1000, dt.UTC)
        told = [
            OutboxMessage(one.name, level, _due(one, now, self.timezone, level).timestamp() - began_ms / 1000)
            for one in _told(self.recipients, self.rota, level, now.astimezone(ZoneInfo(self.timezone)))
        ]
        return sorted(told, key=lambda one: one.after_s)

    def untold(self, plan: str, level: int, at_ms: int) -> BlindCode | None:
        """Why a level would be told to nobody, or not yet."""
        if not self.calls:
            return "not-approved"
        if self.recipients is not None:
            concerned = [one for one in self.recipients if one.from_level <= level]
            if not any(one.has_way for one in concerned):
                return "no-way" if concerned else "nobody-told"
        return None if held_until_ms(self.holds, plan, level, at_ms) is None else "shelved"

    def held_since(self, plan: str, level: int, at_ms: int) -> dt.datetime | None:
        """Since when a level is held at an instant; None: it is not."""
        holding = [one.from_ms for one in self.holds if one.plan == plan and one.level >= level and one.holds(at_ms)]
        return dt.datetime.fromtimestamp(min(holding) / 1000, dt.UTC) if holding else None


def held_until_ms(holds: Iterable[LevelHold], plan: str, level: int, at_ms: int) -> int | None:
    """Until when a level is held at an instant; None: it is not."""
    until = at_ms
    for one in sorted(holds, key=lambda one: one.from_ms):
        if one.plan == plan and one.level >= level and one.holds(until):
            until = one.until_ms
    return until if until > at_ms else None


def _told(recipients: Sequence[RecipientWay], given: Rota | None, level: int, local: dt.datetime) -> list[RecipientWay]:
    concerned = [one for one in recipients if one.from_level <= level]
    at_once = [one for one in concerned if one.after_min == 0]
    called = rota.called(
        given, at_once, local, lambda one: on_call.is_on(local, one.weekdays, one.on_call_from, one.on_call_until)
    )
    return [one for one in (*called, *(one for one in concerned if one.after_min)) if one.has_way]


def _due(one: RecipientWay, now: dt.datetime, zone: str, level: int) -> dt.datetime:
    made, is_loud = now + dt.timedelta(minutes=one.after_min), on_call.is_loud("dam", "level", level, "")
    return on_call.due_at(made, zone, one.quiet_from, one.quiet_until, is_loud=is_loud)
