"""Local times: zones, formats, and the hours that exist twice or never."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.receive.local_times import LocalClock
from tailings.zones import parse_zone


def ms(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return round(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "time_format", "text", "expected"),
    [
        ("UTC", None, "2020-06-01 0:05", ms(2020, 6, 1, 0, 5)),
        ("UTC", None, "2020-06-01T00:05:00.250", ms(2020, 6, 1, 0, 5) + 250),
        ("UTC-06:00", None, "2020-06-01 00:00", ms(2020, 6, 1, 6)),
        ("+0530", None, "2020-06-01 05:30", ms(2020, 6, 1)),
        ("Europe/Lisbon", None, "2020-07-01 12:00", ms(2020, 7, 1, 11)),
        ("Europe/Lisbon", None, "2020-01-01 12:00", ms(2020, 1, 1, 12)),
        ("UTC", "%d/%m/%Y %H:%M", "01/06/2020 00:05", ms(2020, 6, 1, 0, 5)),
        ("Europe/Lisbon", None, "2020-07-01T12:00:00+00:00", ms(2020, 7, 1, 12)),
    ],
)
def test_local_times_become_utc(zone: str, time_format: str | None, text: str, expected: int) -> None:
    """Each with its zone; a time that brings its own offset keeps it."""
    times, refused = LocalClock(parse_zone(zone), time_format).unix_ms([text])

    assert refused == {}
    assert times.tolist() == [expected]


def test_doubtful_hours_are_refused() -> None:
    """Summer time in Lisbon began on 29 March 2020 at 01:00 UTC and ended on 25 October 2020 at 01:00 UTC."""
    clock = LocalClock(parse_zone("Europe/Lisbon"), None)

    _, refused = clock.unix_ms(["2020-03-29 01:30", "2020-10-25 01:30", "2020-10-25 02:00", "nonsense", ""])

    assert refused == {0: "no-such-time", 1: "ambiguous-time", 3: "bad-time", 4: "bad-time"}


def test_a_doubled_hour_is_told_by_the_order_of_its_rows_where_that_is_asked_for() -> None:
    """In Lisbon 01:30 came twice on 2020-10-25: at 00:30Z, and an hour after it; also when the second call has it."""
    clock = LocalClock(parse_zone("Europe/Lisbon"), None, is_by_order=True)

    first, refused = clock.unix_ms(["2020-10-25 00:30", "2020-10-25 01:00", "2020-10-25 01:30", "2020-10-25 01:00"])
    second, others = clock.unix_ms(["2020-10-25 01:30", "2020-10-25 02:00"])

    midnight_ms = 1_603_584_000_000 - 1_800_000
    assert not refused and not others
    assert [(one - midnight_ms) // 1_800_000 for one in [*first.tolist(), *second.tolist()]] == [0, 1, 2, 3, 4, 5]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)), st.sampled_from(["Europe/Lisbon", "Australia/Lord_Howe"])
)
def test_the_offset_is_that_of_zoneinfo(moment: datetime, zone: str) -> None:
    """Whatever is not refused is what the standard library says, to the second."""
    times, refused = LocalClock(parse_zone(zone), None).unix_ms([moment.isoformat(sep=" ")])

    aware = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
    is_doubtful = aware.utcoffset() != aware.replace(fold=1).utcoffset()
    assert bool(refused) == is_doubtful
    assert is_doubtful or times[0] // 1000 == int(aware.timestamp() // 1)
