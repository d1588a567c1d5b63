"""When quarantine counts as nearly full: at four fifths of its budget, as docs/operating/quarantine.md says."""

import pytest

from tailings.assess.quarantine_room import is_nearly_full


@pytest.mark.parametrize(
    ("waiting", "budget", "is_near"),
    [(0, 1000, False), (799, 1000, False), (800, 1000, True), (2000, 1000, True), (5, 0, False)],
)
def test_four_fifths_are_near(waiting: int, budget: int, is_near: bool) -> None:
    """A budget that nobody has told (0) is never near."""
    assert is_nearly_full(waiting, budget) is is_near
