"""Whether what waits in quarantine has nearly used up its budget: so early that a person can act before it is full."""

from typing import Final

NEARLY_FULL_SHARE: Final = 0.8
"""Our own rule: at the speed of a node with five channels that nobody knows, a fifth of 1 GiB is four months."""


def is_nearly_full(waiting_bytes: int, budget_bytes: int) -> bool:
    """Whether so many bytes are near the budget, or beyond; a budget of 0 is not known, and never near."""
    return budget_bytes > 0 and waiting_bytes >= NEARLY_FULL_SHARE * budget_bytes
