"""The one rule of the versions: what a receiver reads, and what it holds back."""

import pytest

from wire import protocol

TABLE = [  # stated, newest and oldest understood, treatment; by hand after docs/wire.md, "Versions"
    (1, 2, 1, "understood"),
    (2, 2, 1, "understood"),
    (3, 2, 1, "later"),
    (9, 2, 1, "later"),
    (1, 4, 2, "earlier"),
    (2, 4, 2, "understood"),
    (5, 4, 2, "later"),
]


@pytest.mark.parametrize(("stated", "newest", "oldest", "treatment"), TABLE)
def test_a_head_is_read_or_held_back(stated: int, newest: int, oldest: int, treatment: str) -> None:
    """Within the range it is read; beyond it one side must be upgraded, and which one is said."""
    assert protocol.treatment(stated, newest, oldest) == treatment


def test_two_releases_back_are_understood() -> None:
    """The range of this release: its own protocol, and at most the two before it; a head without one is among them."""
    assert protocol.PROTOCOL - 2 <= protocol.OLDEST_UNDERSTOOD <= max(1, protocol.PROTOCOL - 2)
    assert protocol.treatment(protocol.UNSTATED) == protocol.treatment(protocol.PROTOCOL) == protocol.UNDERSTOOD
