"""The rota: whose turn it is to be on duty, from hand-over to hand-over, with vacations and swaps as exceptions.

A shift begins on its weekdays at the hand-over time of the facility's clock and goes to its members in turn, a day or a
week each; what begins before midnight belongs to that day. On the days on which clocks change, a shift is an hour
shorter or longer. Whoever is away in somebody's stead is followed to the end; who is away without anybody in the stead,
or is no recipient any more, leaves a gap. Gaps are told, and the alarms of a gap go to all members.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from tailings.on_call import on_call_or_all

REACH: Final = dt.timedelta(days=14)
"""So far a turn is followed to its hand-over; one that is longer has none that matters now."""
TOLD_AHEAD: Final = dt.timedelta(days=28)
MOST_TOLD: Final = 20
"""So far ahead it is told when nobody is on duty, and so many times at most."""
DAY: Final = dt.timedelta(days=1)
TURN_DAYS: Final = {"day": 1, "week": 7}


class RotaMember(Protocol):
    """Somebody who may be a member of a rota."""

    @property
    def name(self) -> str: ...


class HasMembers(Protocol):
    """A shift, of whom it is made."""

    @property
    def members(self) -> Sequence[str]: ...


class HasStandIn(Protocol):
    """An absence, with who stands in."""

    @property
    def stand_in(self) -> str | None: ...


Someone = TypeVar("Someone", bound=RotaMember)


class Shift(Struct, frozen=True):
    """Hours that its members have in turn. begins, ends: of the facility's clock; the same: a whole day.

    weekdays: on which it begins, 1 is Monday. first_day: on which the first member has it; before that nobody.
    """

    name: str
    weekdays: tuple[int, ...]
    begins: dt.time
    ends: dt.time
    turn: Literal["day", "week"]
    first_day: dt.date
    members: tuple[str, ...]


class Absence(Struct, frozen=True):
    """Somebody is away from one instant to another; stand_in: who is on duty instead, None: nobody."""

    member: str
    start: dt.datetime
    stop: dt.datetime
    stand_in: str | None = None


class Rota(Struct, frozen=True):
    """The shifts of a facility with their exceptions, the newest last; recipients: who can be notified at all."""

    timezone: str
    shifts: tuple[Shift, ...]
    absences: tuple[Absence, ...] = ()
    recipients: tuple[str, ...] = ()

    def members_at(self, at: dt.datetime) -> frozenset[str]:
        """All who are named in it, stand-ins as long as whom they stand in for is not back."""
        return named(self.shifts, [one for one in self.absences if one.stop > at])


class Turn(Struct, frozen=True):
    """Somebody is on duty from hand-over to hand-over."""

    name: str
    start: dt.datetime
    stop: dt.datetime


class Gap(Struct, frozen=True):
    """Nobody is on duty."""

    start: dt.datetime
    stop: dt.datetime


def named(shifts: Iterable[HasMembers], absences: Iterable[HasStandIn]) -> frozenset[str]:
    """Return all who are members of shifts or stand in."""
    stand_ins = {one.stand_in for one in absences if one.stand_in is not None}
    return frozenset(name for shift in shifts for name in shift.members) | stand_ins


def on_duty(rota: Rota, at: dt.datetime) -> list[Turn]:
    """Return who is on duty at an instant, each with start and end of the turn as far as two weeks around it."""
    return [one for one in turns(rota, at - REACH, at + REACH) if one.start <= at < one.stop]


def turns(rota: Rota, start: dt.datetime, stop: dt.datetime) -> list[Turn]:
    """Return the turns between two instants, cut there, in the order of their beginning; one that goes on is one."""
    found: list[Turn] = []
    for one in sorted(_pieces(rota, start, stop), key=lambda one: (one.name, one.start)):
        last = found[-1] if found else None
        if last is not None and last.name == one.name and one.start <= last.stop:
            found[-1] = Turn(one.name, last.start, max(last.stop, one.stop))
        else:
            found.append(one)
    return sorted(found, key=lambda one: (one.start, one.name))


def gaps(rota: Rota, start: dt.datetime, stop: dt.datetime) -> list[Gap]:
    """Return when nobody is on duty between two instants."""
    found, reached = list[Gap](), start
    for one in turns(rota, start, stop):
        if one.start > reached:
            found.append(Gap(reached, one.start))
        reached = max(reached, one.stop)
    return [*found, Gap(reached, stop)] if reached < stop else found


def gaps_ahead(rota: Rota, now: dt.datetime) -> list[Gap]:
    """Return the gaps that are told to who reads or changes a rota."""
    return gaps(rota, now, now + TOLD_AHEAD)[:MOST_TOLD]


def called(
    rota: Rota | None, concerned: Sequence[Someone], at: dt.datetime, is_on_call: Callable[[Someone], bool]
) -> Sequence[Someone]:
    """Return who is notified at once: of the rota who is on duty, of all others who is on call by own hours.

    Where nobody of the rota is on duty, all of it are; where that leaves nobody, all who are concerned.
    """
    if rota is None:
        return on_call_or_all(concerned, is_on_call)
    names, members = {one.name for one in on_duty(rota, at)}, rota.members_at(at)
    of_rota = on_call_or_all([one for one in concerned if one.name in members], lambda one: one.name in names)
    others = [one for one in concerned if one.name not in members and is_on_call(one)]
    return [*of_rota, *others] or concerned


def _pieces(rota: Rota, start: dt.datetime, stop: dt.datetime) -> Iterator[Turn]:
    """Each shift of each day, cut where somebody goes or comes back."""
    for shift in rota.shifts:
        for member, begins, ends in _planned(shift, ZoneInfo(rota.timezone), start, stop):
            edges = {begins, ends, *(at for one in rota.absences for at in (one.start, one.stop) if begins < at < ends)}
            for piece_start, piece_stop in pairwise(sorted(edges)):
                name = _present(rota, member, piece_start)
                piece = Turn(name or "", max(piece_start, start), min(piece_stop, stop))
                if name is not None and piece.start < piece.stop:
                    yield piece


def _planned(
    shift: Shift, zone: ZoneInfo, start: dt.datetime, stop: dt.datetime
) -> Iterator[tuple[str, dt.datetime, dt.datetime]]:
    """Each shift that may touch the span, with the member whose turn it is."""
    day = max(start.astimezone(zone).date() - 2 * DAY, shift.first_day)
    while day <= stop.astimezone(zone).date():
        if day.isoweekday() in shift.weekdays:
            turn = (day - shift.first_day).days // TURN_DAYS[shift.turn]
            last_day = day if shift.ends > shift.begins else day + DAY
            begins, ends = _instant(day, shift.begins, zone), _instant(last_day, shift.ends, zone)
            if begins < ends:  # else the clock jumps over all of it
                yield shift.members[turn % len(shift.members)], begins, ends
        day += DAY


def _instant(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant at which the clock shows this, the first of two; where it jumps over it, as long after the jump."""
    return dt.datetime.combine(day, clock, zone).astimezone(dt.UTC)


def _present(rota: Rota, member: str, at: dt.datetime) -> str | None:
    """Who is on duty in the place of a member; two who stand in for one another have changed places."""
    passed: set[str] = set()
    name: str | None = member
    while name is not None and (away := _absence(rota.absences, name, at)) is not None:
        passed.add(name)
        if away.stand_in in passed:
            break
        name = away.stand_in
    return name if name in rota.recipients else None


def _absence(absences: Iterable[Absence], member: str, at: dt.datetime) -> Absence | None:
    """The newest absence of somebody that covers an instant."""
    covering = [one for one in absences if one.member == member and one.start <= at < one.stop]
    return covering[-1] if covering else None
