"""Who is on duty: against dateutil's recurrence rules (RFC 5545), and a calendar worked by hand over a clock change.

Lisbon ends summer time on Sunday 25 October 2026: at 02:00 the clock shows 01:00 again (IANA tz database).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from dateutil import rrule
from hypothesis import given, settings

from tailings.rota import Absence, Gap, Rota, Shift, Turn, called, gaps, on_duty, turns

LISBON = "Europe/Lisbon"
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
PEOPLE = ("Ana", "Rui", "Eva", "Gil")
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 59)))


def utc(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """An instant of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def shift(name: str = "Duty", **more: object) -> Shift:
    """A whole day from hand-over at 06:00, a week each, from Monday 19 October 2026 on."""
    usual: dict[str, object] = {
        "weekdays": EVERY_DAY,
        "begins": time(6),
        "ends": time(6),
        "turn": "week",
        "first_day": date(2026, 10, 19),
        "members": ("Ana", "Rui"),
    }
    return Shift(name, **usual | more)  # type: ignore[arg-type]


def rota(*shifts: Shift, absences: tuple[Absence, ...] = (), zone: str = LISBON) -> Rota:
    """A rota of which everybody can be notified."""
    return Rota(zone, shifts or (shift(),), absences, PEOPLE)


def names(one: Rota, at: datetime) -> list[str]:
    """Who is on duty."""
    return [turn.name for turn in on_duty(one, at)]


def test_a_week_goes_from_hand_over_to_hand_over_over_the_change_of_clocks() -> None:
    """By hand: Ana from Monday 06:00 summer time (05:00 UTC) to the next Monday 06:00 winter time (06:00 UTC)."""
    assert on_duty(rota(), utc(24, 12)) == [Turn("Ana", utc(19, 5), utc(26, 6))]
    assert names(rota(), utc(26, 5, 59)) == ["Ana"] and names(rota(), utc(26, 6)) == ["Rui"]


def test_a_night_over_the_change_of_clocks_is_nine_hours_long() -> None:
    """By hand: 22:00 on Saturday is 21:00 UTC, 06:00 on Sunday is 06:00 UTC; both hours called 01:00 are in it."""
    night = rota(shift("Night", begins=time(22), ends=time(6), turn="day"), shift("Day", begins=time(6), ends=time(22)))
    (turn,) = [one for one in turns(night, utc(24, 20), utc(25, 8)) if one.stop == utc(25, 6)]

    assert turn.stop - turn.start == timedelta(hours=9)
    assert gaps(night, utc(19, 5), utc(31, 5)) == []


def test_a_shift_that_the_clock_jumps_over_is_nobodys() -> None:
    """By hand: on 28 March 2027 Lisbon's clock goes from 00:59 to 02:00, so no 01:15 to 02:00 is in that day."""
    short = rota(shift(begins=time(1, 15), ends=time(2)))

    assert turns(short, datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 3, 28, 12, tzinfo=UTC)) == []


@settings(deadline=None, max_examples=150)
@given(
    turn=st.sampled_from(["day", "week"]),
    members=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True),
    begins=CLOCKS,
    ends=CLOCKS,
    weekdays=st.sets(st.sampled_from(EVERY_DAY), min_size=1),
    zone=st.sampled_from([LISBON, "America/Santiago", "Asia/Kathmandu"]),
    hours=st.integers(-400, 6000),
)
def test_turns_are_those_of_recurrence_rules(
    turn: str, *, members: list[str], begins: time, ends: time, weekdays: set[int], zone: str, hours: int
) -> None:
    """At any hour from two weeks before the rota until May, on both sides of two changes of clocks."""
    asked = rota(
        shift(turn=turn, members=tuple(members), begins=begins, ends=ends, weekdays=tuple(weekdays)),
        zone=zone,
    )
    at = utc(19, 0) + timedelta(hours=hours)

    assert set(names(asked, at)) == set(_by_rules(asked.shifts[0], zone, at))


def _by_rules(one: Shift, zone: str, at: datetime) -> Iterator[str]:
    """Who has a shift at an instant: for each member a rule of the days on which it begins, by the wall clock."""
    days = {"day": 1, "week": 7}[one.turn]
    for place, name in enumerate(one.members):
        for offset in range(days):
            first = datetime.combine(one.first_day + timedelta(days=place * days + offset), one.begins)
            if one.turn == "week" and first.isoweekday() not in one.weekdays:
                continue  # such a rule has no day at all
            rule = rrule.rrule(
                rrule.DAILY,
                interval=days * len(one.members),
                dtstart=first,
                byweekday=[day - 1 for day in one.weekdays],
                until=datetime(2027, 8, 1),
            )
            wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            for begun in rule.between(wall - timedelta(days=3), wall + timedelta(days=1), inc=True):
                length = (datetime.combine(begun, one.ends) - begun) % timedelta(days=1) or timedelta(days=1)
                ends = (begun + length).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
                if begun.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) <= at < ends:
                    yield name


def test_a_vacation_has_its_stand_in_and_a_swap_goes_both_ways() -> None:
    """Eva stands in for Ana for a day; Ana and Rui change places, each in the other's week."""
    vacation = rota(absences=(Absence("Ana", utc(21, 5), utc(22, 5), "Eva"),))
    swap = (Absence("Ana", utc(20, 5), utc(21, 5), "Rui"), Absence("Rui", utc(27, 6), utc(28, 6), "Ana"))
    both = (Absence("Ana", utc(20, 5), utc(21, 5), "Rui"), Absence("Rui", utc(20, 5), utc(21, 5), "Ana"))

    assert [names(vacation, utc(day, 12)) for day in (20, 21, 22)] == [["Ana"], ["Eva"], ["Ana"]]
    assert [names(rota(absences=swap), utc(day, 12)) for day in (20, 26, 27, 28)] == [
        ["Rui"],
        ["Rui"],
        ["Ana"],
        ["Rui"],
    ]
    assert names(rota(absences=both), utc(20, 12)) == ["Rui"]


def test_nobody_on_duty_is_a_gap_with_its_hours() -> None:
    """Nobody on Saturday from 02:00 to 06:00 (01:00 to 05:00 UTC), and nobody before the rota begins."""
    away = rota(absences=(Absence("Ana", utc(24, 1), utc(24, 5)),))

    assert gaps(away, utc(19, 5), utc(26, 6)) == [Gap(utc(24, 1), utc(24, 5))]
    assert gaps(rota(), utc(18, 0), utc(20, 0)) == [Gap(utc(18, 0), utc(19, 5))]


def test_a_stand_in_who_is_away_too_or_gone_is_followed_to_the_end() -> None:
    """Rui stands in, is away himself, and Eva is there; who is no recipient any more is on duty for nobody."""
    chain = (Absence("Ana", utc(20, 5), utc(21, 5), "Rui"), Absence("Rui", utc(20, 5), utc(21, 5), "Eva"))
    gone = (Absence("Ana", utc(20, 5), utc(21, 5), "Zoe"),)

    assert names(rota(absences=chain), utc(20, 12)) == ["Eva"]
    assert gaps(rota(absences=gone), utc(20, 0), utc(22, 0)) == [Gap(utc(20, 5), utc(21, 5))]


class Someone:
    """A recipient by name."""

    def __init__(self, name: str) -> None:
        self.name = name


@pytest.mark.parametrize(
    ("day", "concerned", "expected"),
    [
        (20, ("Ana", "Rui", "Desk"), ["Ana", "Desk"]),
        (20, ("Rui",), ["Rui"]),  # who is on duty is not concerned by this level
        (18, ("Ana", "Rui", "Desk"), ["Ana", "Rui", "Desk"]),  # a gap
        (20, ("Absent",), ["Absent"]),  # nobody of the rota, nobody on call
    ],
)
def test_of_the_rota_who_is_on_duty_is_notified(day: int, concerned: tuple[str, ...], expected: list[str]) -> None:
    """Beside others who are on call by hours of their own; better too many than none."""
    some = [Someone(name) for name in concerned]

    assert [one.name for one in called(rota(), some, utc(day, 12), lambda one: one.name == "Desk")] == expected


def test_who_stood_in_and_is_back_is_called_by_hours_of_their_own() -> None:
    """Eva stood in for Ana on 20 October; on the 22nd the rota does not name her any more, and she is on call."""
    past = rota(absences=(Absence("Ana", utc(20, 5), utc(21, 5), "Eva"),))
    some = [Someone(name) for name in ("Ana", "Rui", "Eva")]

    def told(day: int) -> list[str]:
        return [one.name for one in called(past, some, utc(day, 12), lambda one: one.name == "Eva")]

    assert [told(day) for day in (20, 22)] == [["Eva"], ["Ana", "Eva"]]
