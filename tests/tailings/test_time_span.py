"""What pages and letters say in the same words; expected strings written by hand."""

import pytest

from tailings import time_span


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
    assert time_span.span(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (90, "1 min 30 s"),
        (3600, "1 h"),
        (5400.0, "1 h 30 min"),
        (86_400 * 2 + 1800, "2 d 30 min"),
        (0.5, "0.5 s"),
        (0, "0 s"),
    ],
)
def test_a_length_of_time_that_somebody_stated_is_said_whole(seconds: float, words: str) -> None:
    """Days, hours, minutes and seconds, those that it has."""
    assert time_span.stated_span(seconds) == words
