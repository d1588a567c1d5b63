"""The share of facilities with a consequence class."""

from tailings.policy.indicators import consequence_known
from tests.tailings.policy.rows import row


def test_one_of_four_is_a_quarter() -> None:
    """Counted by hand; nothing is estimated, so the bounds are the value."""
    found = consequence_known.measure([row("1", consequence_class="High"), row("2"), row("3"), row("4")])

    assert (found.value, found.low, found.high) == (0.25, 0.25, 0.25)
    assert (found.known, found.of) == (1, 4)


def test_a_share_of_nothing_is_none() -> None:
    """No facility: no value, and not zero."""
    assert consequence_known.measure([]).value is None
