"""On-call hours and quiet hours: who is notified, and when, by weekday and time of day of the facility."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

RED: Final = 3
BLIND_BY_PROOF: Final = "sight-lost"
"""The rule of the equipment by which a proof of sight says that a plan is blind."""
TEST_LASTS: Final = timedelta(days=1)


class CalledLater(Protocol):
    """Somebody who is called only where nobody has acknowledged after `after_min`, above 0; 0: at once."""

    @property
    def after_min(self) -> int: ...


One = TypeVar("One")
Later = TypeVar("Later", bound=CalledLater)


def is_on(local: datetime, weekdays: Collection[int], start: time | None, stop: time | None) -> bool:
    """Whether on-call hours cover this time of the facility; those over midnight belong to the day on which they begin.

    weekdays: 1 is Monday. start, stop: half open, a whole day where they are the same; None: all day.
    """
    if start is None or stop is None:
        return local.isoweekday() in weekdays
    now = local.time()
    if start < stop:
        return start <= now < stop and local.isoweekday() in weekdays
    began = local if now >= start else local - timedelta(days=1)
    return (now >= start or now < stop) and began.isoweekday() in weekdays


def on_call_or_all(concerned: Sequence[One], is_on_call: Callable[[One], bool]) -> Sequence[One]:
    """Those who are on call; when nobody is, all of them: better too many than none."""
    return [one for one in concerned if is_on_call(one)] or concerned


def concerns(family: str, level: int, from_level: int) -> bool:
    """Whether a recipient who is told from a level on is told of an alarm of its family; equipment has no levels."""
    return family == "maintenance" or level >= from_level


def escalates_at(called_since: datetime, after_min: int) -> datetime:
    """When a recipient is told of what nobody has acknowledged since it called."""
    return called_since + timedelta(minutes=after_min)


def later(known: Iterable[Later], since: datetime) -> list[tuple[Later, datetime]]:
    """Those of who is concerned that are called later of what called at `since`, and when; the next one first."""
    due = [(one, escalates_at(since, one.after_min)) for one in known if one.after_min]
    return sorted(due, key=lambda one: one[1])


def alarm_test_ends_at(made_at: datetime) -> datetime:
    """Until when a test alarm that nobody confirms goes on calling who is called later."""
    return made_at + TEST_LASTS


def is_loud(family: str, type: str, level: int, rule: str) -> bool:
    """Whether nothing may hold a notification back: red or blind, also where the proof of sight says it of a plan.

    family, type, level, rule: of the alarm; level: 1 yellow, 3 red.
    """
    return (family == "dam" and (level >= RED or type == "blind")) or rule == BLIND_BY_PROOF


def due_at(now: datetime, zone: str, quiet_from: time | None, quiet_until: time | None, *, is_loud: bool) -> datetime:
    """When something made now may be sent: the one answer to "may this go now?".

    At once, or at the end of the quiet hours of the facility's zone. What is loud knows no quiet hours.
    """
    if is_loud or quiet_from is None or quiet_until is None:
        return now
    local = now.astimezone(ZoneInfo(zone))
    over_midnight = quiet_from > quiet_until
    is_after, is_before = local.time() >= quiet_from, local.time() < quiet_until
    if not ((is_after or is_before) if over_midnight else (is_after and is_before)):
        return now
    day = local.date() + timedelta(days=1 if over_midnight and is_after else 0)
    end = datetime.combine(day, quiet_until, ZoneInfo(zone)).astimezone(now.tzinfo)
    if end <= now:  # the hour that the clock shows twice, for the second time
        end = datetime.combine(day, quiet_until, ZoneInfo(zone)).replace(fold=1).astimezone(now.tzinfo)
    # A clock that jumps over the end may come out in the quiet hours that follow.
    return due_at(end, zone, quiet_from, quiet_until, is_loud=False)
