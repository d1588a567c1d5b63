"""Watches of a made-up rota, read off by hand; 23 November 2026 is a Monday."""

from datetime import UTC, datetime, time

import pytest

from tailings import watches

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "has_it"), [((5, 59), False), ((6, 0), True), ((21, 59), True), ((22, 0), False), ((23, 0), False)]
)
def test_a_watch_begins_with_its_start_and_ends_before_its_stop(clock: tuple[int, int], has_it: bool) -> None:
    """06:00 to 22:00: the first minute is in it, the last is the next watch's."""
    at = MONDAY.replace(hour=clock[0], minute=clock[1])

    assert watches.is_on(at, [1], time(6), time(22)) is has_it
    assert not watches.is_on(at, [2], time(6), time(22))


@pytest.mark.parametrize(
    ("hour", "weekdays", "has_it"),
    [(23, [1], True), (5, [7], True), (5, [1], False), (6, [7], False), (12, [1], False)],
)
def test_a_watch_over_midnight_belongs_to_the_day_it_began(hour: int, weekdays: list[int], has_it: bool) -> None:
    """22:00 to 06:00: at five on Monday morning it is Sunday's."""
    assert watches.is_on(MONDAY.replace(hour=hour), weekdays, time(22), time(6)) is has_it


def test_a_watch_without_hours_is_of_whole_days() -> None:
    """All of Monday, nothing of Tuesday."""
    assert watches.is_on(MONDAY, [1], None, None) and not watches.is_on(MONDAY, [2], None, None)
