"""Rows for tests of indicators."""

from tailings.policy import PolicyRow
from tailings.policy.values import Value


def row(key: str, **values: Value) -> PolicyRow:
    """A row of a register, of its first revision."""
    return PolicyRow(f"register:pt:{key}", f"Heap {key}", "revision 1", values)
