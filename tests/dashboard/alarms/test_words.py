"""Words of the alarm pages: times of programs by the facility's clock; expected strings worked out by hand."""

from datetime import UTC, datetime

import pytest

from api.dashboard.alarms import words

NOW = datetime(2026, 11, 26, 0, 57, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Node n06 is silent since 2026-11-24 22:24Z", "Node n06 is silent since 24 Nov 23:24"),
        ("green to yellow at 2026-11-26T00:56:47Z is taken back", "green to yellow at 01:56 is taken back"),
        ("Battery of node n06 at 3.11 V", "Battery of node n06 at 3.11 V"),
    ],
)
def test_times_of_programs_are_said_by_the_clock_of_the_facility(text: str, said: str) -> None:
    """Madrid is an hour ahead of UTC in November; a time of today needs no day, a text without a time stays."""
    assert words.local(text, "Europe/Madrid", NOW) == said
