"""Quiet hours never hold red or blind back, whatever the hour, the zone and the day the clocks change.

The expected instant is found by looking at the wall clock minute by minute: the first one outside the quiet hours.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import example, find, given, settings

from tailings.on_call import BLIND_BY_PROOF, due_at, is_loud

Rule = Callable[..., datetime]
MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Lisbon", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
"""Lord Howe changes its clocks by half an hour (IANA tz database), Kathmandu is 5:45 h ahead."""
CLOCK_CHANGES = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC))  # Lisbon, 01:00 UTC
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
NEAR_A_CHANGE = st.builds(
    lambda day, minutes: day + minutes * MINUTE, st.sampled_from(CLOCK_CHANGES), st.integers(-2000, 2000)
)
ANY_DAY = st.builds(lambda minutes: CLOCK_CHANGES[0] + minutes * MINUTE, st.integers(0, 525_600))
NOWS = NEAR_A_CHANGE | ANY_DAY
LOUD = [("dam", "level", 3, "overtopping"), ("maintenance", "level", 1, BLIND_BY_PROOF)] + [
    ("dam", "blind", level, "overtopping") for level in (0, 1, 2, 3)
]


def is_quiet(at: datetime, zone: str, start: time, stop: time) -> bool:
    """Whether the wall clock stands in the quiet hours."""
    wall = at.astimezone(ZoneInfo(zone)).time()
    return start <= wall < stop if start <= stop else wall >= start or wall < stop


def holds(rule: Rule, loud: tuple[str, str, int, str], now: datetime, zone: str, hours: tuple[time, time]) -> bool:
    """The rule of this house: what is loud goes now."""
    return rule(now, zone, *hours, is_loud=is_loud(*loud)) == now


CASES = (st.sampled_from(LOUD), NOWS, st.sampled_from(ZONES), st.tuples(CLOCKS, CLOCKS))


@settings(deadline=None)
@given(*CASES)
def test_red_and_blind_go_at_once(
    loud: tuple[str, str, int, str], now: datetime, zone: str, hours: tuple[time, time]
) -> None:
    """At every level of blind, at red, and where the proof of sight says blind: nothing waits."""
    assert holds(due_at, loud, now, zone, hours)


@pytest.mark.parametrize("broken", [lambda *case, is_loud: due_at(*case, is_loud=False)])
def test_a_rule_that_holds_red_back_is_found(broken: Rule) -> None:
    """The control: quiet hours that look at nobody's level are found out."""
    case = find(st.tuples(*CASES), lambda case: not holds(broken, *case))

    assert is_quiet(case[1], case[2], *case[3])


@settings(deadline=None)
@given(NOWS, st.sampled_from(ZONES), CLOCKS, CLOCKS)
@example(datetime(2026, 10, 25, 1, 15, tzinfo=UTC), "Europe/Lisbon", time(22), time(1, 30))  # shown for the second time
@example(datetime(2026, 3, 29, 0, 15, tzinfo=UTC), "Europe/Lisbon", time(22), time(1, 30))  # never shown
@example(datetime(2026, 3, 29, tzinfo=UTC), "Europe/Lisbon", time(1, 1), time(1))  # never shown, and quiet after it
def test_all_else_waits_for_the_first_minute_outside(now: datetime, zone: str, start: time, stop: time) -> None:
    """To the minute; where the clock jumps over the end, at most by so much later."""
    due = due_at(now, zone, start, stop, is_loud=is_loud("maintenance", "level", 1, "silent-node"))
    first = now
    while is_quiet(first, zone, start, stop):
        first += MINUTE

    assert not is_quiet(due, zone, start, stop)
    assert first == due or (_is_jumped(due, zone, stop) and first < due <= first + timedelta(hours=1))


def _is_jumped(due: datetime, zone: str, stop: time) -> bool:
    """Whether the clock of that day never shows the end of the quiet hours."""
    return due.astimezone(ZoneInfo(zone)).time() != stop


@pytest.mark.parametrize("level", [1, 2])
def test_a_milder_level_is_not_loud(level: int) -> None:
    """Yellow and orange are told by the rules of their recipients; equipment is never loud by its level."""
    assert not is_loud("dam", "level", level, "overtopping") and not is_loud("maintenance", "level", 3, "battery")
