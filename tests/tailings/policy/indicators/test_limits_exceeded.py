"""The limits of permits that samples exceed."""

from tailings.policy.indicators import limits_exceeded
from tests.tailings.policy.rows import row


def test_undecided_limits_widen_it() -> None:
    """Two of nine exceeded and one that no sample decides: 2, at most 3; a facility without limits is not known."""
    found = limits_exceeded.measure(
        [
            row("1", limits=5, limits_exceeded=2, limits_open=0),
            row("2", limits=4, limits_exceeded=0, limits_open=1),
            row("3"),
        ]
    )

    assert (found.value, found.low, found.high) == (2, 2, 3)
    assert (found.known, found.of) == (2, 3)
