"""Why a node is silent, as far as its last words, its gateway and its neighbours tell: the likeliest cause, a code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

Cause = Literal[
    "reporting",  # it is heard
    "low",  # it is heard, and its battery is low
    "clock",  # its packs arrive, and have no time that could be used
    "refused",  # its packs arrive, and go to quarantine
    "asks",  # it asks in vain for the time
    "never",  # it was never heard
    "link",  # its link was lost, by its gateway's word
    "agent",  # all nodes of its gateway are silent
    "agent-off",  # its gateway is not connected
    "battery",  # its battery was low when it spoke last
    "unknown",  # its gateway never said a word
    "waiting",  # its gateway has not had the time to notice
    "no-word",  # its gateway is well, and says nothing of it
]
CLOCK_REASONS: Final = ("no-time", "clock-ahead", "in-the-future")
STILL_REFUSED_S: Final = 900.0
"""A pack in quarantine says nothing of now when the node's newest reading is not older than so long before it came."""
LINK_NOTICED_S: Final = 150.0
"""A lost link is known after so long: one and a half keep-alives of a node (60 s), and a minute for the word of it."""


class NodeSigns(Struct, frozen=True):
    """What is known of a node. age_s: since it was heard last; None: never.

    refused: why its newest packs went to quarantine, empty when they did not. link_lost_s: for how long its gateway has
    missed its link; None: no word of it. is_agent_online None: its gateway never said a word.
    """

    node: str
    agent: str | None
    is_silent: bool
    age_s: float | None
    noticed_after_s: float
    is_battery_low: bool = False
    refused: str = ""
    asks_time: bool = False
    link_lost_s: float | None = None
    is_agent_online: bool | None = None


def cause(node: NodeSigns, nodes: Sequence[NodeSigns]) -> Cause:
    """The likeliest cause of one node's silence among all nodes of its facility.

    Packs that arrive and cannot be used come first: the node is well, and its readings are silent all the same. So is
    one that asks in vain for the time. A gateway that is off, or all of whose nodes are silent, comes before a low
    battery: one visit then cures them all. Last comes the link, which an empty battery cuts too.
    """
    if not node.is_silent:
        return "low" if node.is_battery_low else "reporting"
    if node.refused:
        return "clock" if node.refused in CLOCK_REASONS else "refused"
    if node.asks_time:
        return "asks"
    if node.age_s is None:
        return "never" if node.link_lost_s is None else "link"
    neighbours = [other for other in nodes if other.agent == node.agent]
    if node.agent and len(neighbours) > 1 and all(other.is_silent for other in neighbours):
        return "agent"
    if node.is_agent_online is False:
        return "agent-off"
    if node.is_battery_low:
        return "battery"
    if node.link_lost_s is not None:
        return "link"
    if node.is_agent_online is None:
        return "unknown"
    return "waiting" if node.age_s < node.noticed_after_s + LINK_NOTICED_S else "no-word"
