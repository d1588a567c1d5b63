"""The share of facilities that this site reads."""

from tailings.policy.indicators import under_monitoring
from tests.tailings.policy.rows import row


def test_only_what_is_read_counts() -> None:
    """One is read, one is not, of one nothing is said: a third."""
    found = under_monitoring.measure([row("1", is_read=True), row("2", is_read=False), row("3")])

    assert found.value is not None and 3 * found.value == 1
