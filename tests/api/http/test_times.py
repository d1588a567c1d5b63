"""Times at the border: RFC 3339 in and out."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http import times
from tailings.instants import rfc3339

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


# Examples of RFC 3339, section 5.8, with the instants that the RFC's own text gives for them.
@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1985-04-12T23:20:50.52Z", datetime(1985, 4, 12, 23, 20, 50, 520_000, UTC)),
        ("1996-12-19T16:39:57-08:00", datetime(1996, 12, 20, 0, 39, 57, 0, UTC)),
        ("1937-01-01T12:00:27.87+00:20", datetime(1937, 1, 1, 11, 40, 27, 870_000, UTC)),
        ("2026-05-03t14:10z", datetime(2026, 5, 3, 14, 10, 0, 0, UTC)),
    ],
)
def test_an_instant_is_read(text: str, instant: datetime) -> None:
    """RFC 3339 texts with a zone are read as the instant they name."""
    assert times.parse(text) == instant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-05-03", "zone is missing"),
        ("2026-05-03T14:10:00", "zone is missing"),
        ("2026-05-03T14:10:00 01:00", "%2B"),
        ("2026-02-30T00:00:00Z", "no such instant"),
        ("0001-01-01T00:00:00+10:00", "no such instant"),
        ("1777593600", "RFC 3339"),
        ("yesterday", "RFC 3339"),
        ("２０２６-05-03T14:10:00Z", "RFC 3339"),
        ("2026-05-03T14:10:00Z; DROP TABLE observation", "RFC 3339"),
        ("", "RFC 3339"),
    ],
)
def test_what_is_no_instant_is_refused_with_advice(text: str, sentence: str) -> None:
    """A text that names no instant is refused, and the error says what to write."""
    with pytest.raises(times.BadTime, match=sentence):
        times.parse(text)


@given(instants)
def test_an_instant_survives_the_border(instant: datetime) -> None:
    """What is written is read as the same instant, also from another zone and as microseconds."""
    elsewhere = instant.astimezone(timezone(timedelta(hours=-7)))

    assert times.parse(rfc3339(elsewhere)) == instant
    assert times.from_microseconds(times.to_microseconds(elsewhere)) == instant


def test_the_instant_of_an_answer_has_what_came_a_moment_ago() -> None:
    """A whole second that is not before now: a reading of the running second is in the answer, not after it."""
    for _ in range(20):
        before = datetime.now(UTC)
        found = times.now()
        after = datetime.now(UTC)

        assert before <= found < after + timedelta(seconds=1) and found.microsecond == 0
        time.sleep(0.03)
