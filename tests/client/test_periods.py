"""Periods as people write them, against datetimes written out."""

from datetime import UTC, datetime

import pytest
from tailwatch_client.periods import Period, instant_of, interval_of


@pytest.mark.parametrize(
    ("period", "start", "stop"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-12", datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
        ("2026-05/2026-07-02", datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 7, 3, tzinfo=UTC)),
        ("2026-05-01T06:00Z/2026-05-02", datetime(2026, 5, 1, 6, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC)),
        (None, None, None),
        ((datetime(2026, 5, 1, tzinfo=UTC), None), datetime(2026, 5, 1, tzinfo=UTC), None),
    ],
)
def test_a_period_is_an_interval(period: Period, start: datetime | None, stop: datetime | None) -> None:
    """The last day, month or year is in it."""
    assert interval_of(period) == (start, stop)


@pytest.mark.parametrize(
    "period", ["may", "2026-13", "", "2026-05/", "/2026-05", "2026-05-03T06:00Z", (datetime(2026, 5, 1), None)]
)
def test_what_is_no_period_is_refused(period: Period) -> None:
    """So is an instant alone or without a zone, and a period with one end: it had the end of its first day."""
    with pytest.raises(ValueError, match=r"period|zone"):
        interval_of(period)


def test_an_instant_is_a_day_or_has_a_zone() -> None:
    """A day is its beginning."""
    assert instant_of("2026-05-03") == datetime(2026, 5, 3, tzinfo=UTC)
    assert instant_of("2026-05-03T01:00:00+01:00") == datetime(2026, 5, 3, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        instant_of("2026-05-03T01:00:00")
