"""Why a node is silent and what to bring, as far as its last words and its neighbours tell."""

from collections.abc import Sequence

from tailings.assess import freshness
from texts import Texts, say

from . import ages, numbers
from .rows import NodeRow

NO_TIME = "no-time"
LINK_NOTICED_S = 150.0
"""A lost link is known after so long: one and a half keep-alives of a node (60 s), and a minute for the word of it."""


def why(node: NodeRow, nodes: Sequence[NodeRow]) -> str:
    """Give the likeliest cause as a key of texts `silence`.

    Packs that arrive and cannot be used come first: the node is well, and its readings are silent all the same. So is
    one that asks in vain for the time. A gateway that is off, or all of whose nodes are silent, comes before a low
    battery: one visit then cures them all. Last comes the link, which an empty battery cuts too.
    """
    if not node.is_silent:
        return "low" if node.is_battery_low else "reporting"
    if node.refused:
        return "clock" if node.refused == NO_TIME else "refused"
    if node.asks_time:
        return "asks"
    if node.age_s is None:
        return "never" if node.link_lost_s is None else "link"
    neighbours = [other for other in nodes if (other.facility, other.agent) == (node.facility, node.agent)]
    if node.agent and len(neighbours) > 1 and all(other.is_silent for other in neighbours):
        return "agent"
    if node.is_agent_online is False:
        return "agent_off"
    if node.is_battery_low:
        return "battery"
    if node.link_lost_s is not None:
        return "link"
    return _without_word(node, node.age_s)


def _without_word(node: NodeRow, age_s: float) -> str:
    """Say what is waited for where nobody has told of a cause."""
    if node.is_agent_online is None:
        return "unknown"
    noticed_s = freshness.stale_after_s(node.expected_interval_s or 0.0) + LINK_NOTICED_S
    return "waiting" if age_s < noticed_s else "no_word"


def why_words(node: NodeRow, nodes: Sequence[NodeRow], texts: Texts) -> str:
    """Say the likeliest cause, without a full stop."""
    voltage = numbers.number(node.battery_v, "voltage")
    lost = ages.age_words(node.link_lost_s)
    return say(texts["silence"][why(node, nodes)], agent=node.agent, voltage=voltage, reason=node.refused, lost=lost)


def bring_words(node: NodeRow, nodes: Sequence[NodeRow], texts: Texts) -> str:
    """Say what a technician should bring; '' for a node that reports and lacks nothing."""
    words: str = texts["silence_bring"].get(why(node, nodes), "")
    return words
