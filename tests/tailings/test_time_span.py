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
