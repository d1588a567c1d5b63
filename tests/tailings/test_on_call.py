"""On-call hours of a made-up rota, read off by hand; 23 November 2026 is a Monday."""

from datetime import UTC, datetime, time

import pytest

from tailings import on_call

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "has_it"), [((5, 59), False), ((6, 0), True), ((21, 59), True), ((22, 0), False), ((23, 0), False)]
)
def test_hours_on_call_begin_with_their_start_and_end_before_their_stop(clock: tuple[int, int], has_it: bool) -> None:
    """06:00 to 22:00: the first minute is in it, the last is of the hours that follow."""
    at = MONDAY.replace(hour=clock[0], minute=clock[1])

    assert on_call.is_on(at, [1], time(6), time(22)) is has_it
    assert not on_call.is_on(at, [2], time(6), time(22))


@pytest.mark.parametrize(
    ("hour", "weekdays", "has_it"),
    [(23, [1], True), (5, [7], True), (5, [1], False), (6, [7], False), (12, [1], False)],
)
def test_hours_over_midnight_belong_to_the_day_they_began(hour: int, weekdays: list[int], has_it: bool) -> None:
    """22:00 to 06:00: at five on Monday morning it is Sunday's."""
    assert on_call.is_on(MONDAY.replace(hour=hour), weekdays, time(22), time(6)) is has_it


@pytest.mark.parametrize(
    ("hour", "weekdays", "has_it"), [(8, [1], True), (23, [1], True), (7, [7], True), (7, [1], False), (8, [7], False)]
)
def test_hours_that_end_when_they_begin_are_a_whole_day(hour: int, weekdays: list[int], has_it: bool) -> None:
    """08:00 to 08:00, as a shift of the rota has it: until 8 on Monday morning it is Sunday's."""
    assert on_call.is_on(MONDAY.replace(hour=hour), weekdays, time(8), time(8)) is has_it


def test_without_hours_whole_days_are_on_call() -> None:
    """All of Monday, nothing of Tuesday."""
    assert on_call.is_on(MONDAY, [1], None, None) and not on_call.is_on(MONDAY, [2], None, None)
