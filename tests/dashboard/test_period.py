"""The time in an address; '-7d' and absolute times as the design of the pages, section 6, asks for."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import period

NOW = datetime(2026, 7, 25, 13, 32, tzinfo=UTC)
LISBON = "Europe/Lisbon"


def test_a_moving_range_ends_now() -> None:
    """-24h is the last 24 hours and stays a moving range."""
    found = period.parse("-24h", None, LISBON, NOW)

    assert (found.end, found.end - found.start, found.moving) == (NOW, timedelta(hours=24), "24h")


def test_absolute_times_stand_still() -> None:
    """A copied link shows the same tomorrow."""
    found = period.parse("2026-05-03T00:00:00Z", "2026-05-04T00:00:00Z", LISBON, NOW)

    assert (found.start.day, found.end.day, found.moving) == (3, 4, "")


def test_times_of_a_form_are_of_the_facility() -> None:
    """10:00 in Lisbon is 09:00 UTC in summer (tzdata: WEST is UTC+1) and 10:00 UTC in winter."""
    assert period.instant("2026-07-01T10:00", LISBON) == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert period.instant("2026-01-01T10:00", LISBON) == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert period.field(datetime(2026, 7, 1, 9, tzinfo=UTC), LISBON) == "2026-07-01T10:00"


@pytest.mark.parametrize("start", ["yesterday", "-9x", "2026-13-40T00:00:00Z", "2027-01-01T00:00:00Z", "-0d\n", ""])
def test_what_cannot_be_read_still_shows_a_picture(start: str) -> None:
    """A mistyped or old link, or one that ends before it begins, gives the usual seven days."""
    found = period.parse(start, "2026-07-20T00:00:00Z" if start.startswith("20") else None, LISBON, NOW)

    assert (found.end - found.start, found.moving) == (timedelta(days=7), "7d")
