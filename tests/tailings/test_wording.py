"""What pages and letters say in the same words; expected strings written by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from tailings import wording


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 min"),
        (59, "0 min"),
        (38 * 60, "38 min"),
        (6480, "1 h 48 min"),
        (86_399, "23 h 59 min"),
        (144_000, "1 d 16 h"),
    ],
)
def test_a_length_of_time_is_said_in_two_units(seconds: float, words: str) -> None:
    """Minutes, then hours and minutes, then days and hours; nothing below zero."""
    assert wording.span(seconds) == words


def test_times_of_a_program_are_written_by_another_clock() -> None:
    """With and without seconds, with a space or a T; what is no time stays."""
    zone_h = timedelta(hours=1)

    def write(at: datetime) -> str:
        assert at.tzinfo == UTC
        return f"{at + zone_h:%H:%M}"

    text = "silent since 2026-11-25 13:32Z, seen 2026-11-25T12:00:07Z, build 2026-11-25"
    assert wording.local_times(text, write) == "silent since 14:32, seen 13:00, build 2026-11-25"
