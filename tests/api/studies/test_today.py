"""What the dam allows now: the level of each plan, from its readings and from the alarms that stand."""

import pytest

from api.studies import today
from tailings.levels import LevelWord


@pytest.mark.parametrize(
    ("now_at", "latched", "expected"),
    [
        ({"wall": "green"}, {}, {"wall": "green"}),
        ({"wall": "green"}, {"wall": 2}, {"wall": "orange"}),
        ({"wall": "red"}, {"wall": 1}, {"wall": "red"}),
        ({"wall": None}, {"wall": 1}, {"wall": "yellow"}),
        ({}, {"wall": 3}, {"wall": "red"}),
        ({"wall": None}, {"wall": 0}, {"wall": None}),
    ],
)
def test_an_alarm_holds_its_level_until_a_person_lowers_it(
    now_at: dict[str, LevelWord | None], latched: dict[str, int], expected: dict[str, LevelWord | None]
) -> None:
    """The higher of the two counts; silence lowers nothing."""
    assert today.held(now_at, latched) == expected
