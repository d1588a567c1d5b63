"""Ages and times in words; expected strings from the design of the pages (sections 2, 4 and 7) and from tzdata."""

from datetime import UTC, datetime

import pytest

from dashboard import ages

NOON = datetime(2026, 11, 25, 13, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age_s", "words"),
    [
        (12, "12 s"),
        (119.9, "119 s"),
        (120, "2 min"),
        (45 * 60, "45 min"),
        (26 * 3600, "26 h"),
        (9.5 * 86400, "9 d"),
        (None, ""),
    ],
)
def test_an_age_is_said_in_its_largest_fitting_unit(age_s: float | None, words: str) -> None:
    """12 s, 26 h and 9 d read as the pages ask; nothing known is nothing said."""
    assert ages.age_words(age_s) == words


def test_a_reading_from_the_future_is_not_called_fresh() -> None:
    """A clock two hours ahead is said, one second of jitter is not."""
    assert ages.age_words(-7200) == "2 h ahead"
    assert ages.age_words(-1) == "0 s"


def test_times_stand_in_the_zone_of_the_facility() -> None:
    """13:32 UTC on 25 November is 14:32 CET in Paris, and the year is said only when it is another one."""
    assert ages.day_and_clock(NOON, "Europe/Paris", NOON) == "25 Nov 14:32"
    assert ages.zone_name("Europe/Paris", NOON) == "CET"
    assert ages.day_and_clock(NOON, "Europe/Paris", NOON.replace(year=2027)) == "25 Nov 2026 14:32"


def test_addresses_carry_utc() -> None:
    """What a machine reads is UTC with whole seconds, whatever the zone of the page."""
    assert ages.utc(NOON.replace(microsecond=999)) == "2026-11-25T13:32:00Z"
    assert ages.utc_clock(NOON) == "2026-11-25 13:32:00 UTC"


def test_a_time_of_today_needs_no_day() -> None:
    """Today by the facility's clock: half past midnight in Lisbon is today, half past eleven was yesterday."""
    midnight = datetime(2026, 11, 26, 0, 40, tzinfo=UTC)

    assert ages.short_clock(datetime(2026, 11, 26, 0, 30, tzinfo=UTC), "Europe/Lisbon", midnight) == "00:30"
    assert ages.short_clock(datetime(2026, 11, 25, 23, 30, tzinfo=UTC), "Europe/Lisbon", midnight) == "25 Nov 23:30"
