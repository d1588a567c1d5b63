"""What nodes say beside their packs: a lost link, and a time that is asked for in vain; told once, until it is over."""

from edge_agent.config.node_status import ASKS_AGAIN_WITHIN_MS, NodeStatus, NodeStatuses


class Gateway:
    """Words with a clock that the test moves, and how often they changed."""

    def __init__(self) -> None:
        self.now_ms, self.changes = 1_764_000_000_000, 0
        self.words = NodeStatuses(lambda: self.now_ms, self._changed)

    def _changed(self) -> None:
        self.changes += 1


def test_a_link_is_lost_from_the_will_to_the_next_word() -> None:
    """The broker publishes `offline` in the node's name; said again it is no news; any other state ends it."""
    gateway = Gateway()
    gateway.words.is_in("n05", "online")
    gateway.words.is_in("n05", "offline")
    gateway.now_ms += 5000
    gateway.words.is_in("n05", "offline")

    assert gateway.words.unwell() == {"n05": NodeStatus(lost_ms=1_764_000_000_000)}
    gateway.words.is_in("n05", "sleeping")
    assert gateway.words.unwell() == {}
    assert gateway.changes == 2


def test_a_node_that_asks_again_got_no_time() -> None:
    """One question is usual; a second one soon after is not, and five quiet minutes end it."""
    gateway = Gateway()
    gateway.words.asks_time("n08")
    assert gateway.words.unwell() == {}

    for _ in range(3):
        gateway.now_ms += 1000
        gateway.words.asks_time("n08")
    assert gateway.words.unwell() == {"n08": NodeStatus(asks_time=True)}
    assert gateway.changes == 1
    gateway.now_ms += ASKS_AGAIN_WITHIN_MS + 1
    assert gateway.words.unwell() == {}


def test_a_node_that_sends_packs_asks_no_more() -> None:
    """It asked twice at its start, as over a slow link, and then knew the time: a lost link later is a lost link."""
    gateway = Gateway()
    for _ in range(2):
        gateway.words.asks_time("n05")
    gateway.words.sends(["n05", "n01"])
    gateway.words.is_in("n05", "offline")

    assert gateway.words.unwell() == {"n05": NodeStatus(lost_ms=gateway.now_ms)}


def test_a_node_that_asks_once_a_day_is_well() -> None:
    """As it does to keep its clock right."""
    gateway = Gateway()
    for _ in range(3):
        gateway.words.asks_time("n01")
        gateway.now_ms += 86_400_000

    assert (gateway.words.unwell(), gateway.changes) == ({}, 0)
