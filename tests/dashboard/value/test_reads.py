"""What the value page reads from an address and from alarms."""

import pytest

from dashboard.value import reads


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
    now_at: dict[str, str | None], latched: dict[str, int], expected: dict[str, str | None]
) -> None:
    """The higher of the two counts; silence lowers nothing."""
    assert reads.held(now_at, latched) == expected


def test_factors_of_an_address() -> None:
    """Out of bounds, one, and words are left out."""
    assert reads.factors({"price": "0.8", "cost": "99", "grade": "x", "plant": "1"}) == {"price": 0.8}
