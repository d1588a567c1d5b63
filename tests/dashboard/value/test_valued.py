"""What the value page reads from an address, and what closes a bench in words."""

import pytest

from dashboard.value.valued import because, factors
from tailings.levels import LevelWord
from tests.dashboard.value.valued import valued
from texts import load


def test_factors_of_an_address() -> None:
    """Out of bounds, one, and words are left out."""
    assert factors({"price": "0.8", "cost": "99", "grade": "x", "plant": "1"}) == {"price": 0.8}


@pytest.mark.parametrize(
    ("level", "expected"), [("orange", "wall is orange"), (None, "wall has no level"), ("green", "")]
)
def test_what_closes_a_bench_is_its_plan(level: LevelWord | None, expected: str) -> None:
    """By its level, or because nobody knows one; an open bench has no reason."""
    bench = valued({"wall": level}).now.allowed.benches[0]

    assert because(bench, load()) == expected
