"""Why a node is silent and what to bring, in words: the cause is that of the assessment."""

from collections.abc import Sequence

from dashboard.view_models import NodeRow
from tailings.assess import diagnosis, freshness
from tailings.assess.diagnosis import Cause, NodeSigns
from texts import Texts, say

from . import ages, numbers


def why(node: NodeRow, nodes: Sequence[NodeRow]) -> Cause:
    """Give the likeliest cause: a code, and a key of texts `silence`."""
    return diagnosis.cause(_signs(node), [_signs(one) for one in nodes if one.facility == node.facility])


def _signs(node: NodeRow) -> NodeSigns:
    return NodeSigns(
        node=node.id,
        agent=node.agent,
        is_silent=node.is_silent,
        age_s=node.age_s,
        noticed_after_s=freshness.stale_after_s(node.expected_interval_s or 0.0),
        is_battery_low=node.is_battery_low,
        refused=node.refused,
        asks_time=node.asks_time,
        link_lost_s=node.link_lost_s,
        is_agent_online=node.is_agent_online,
    )


def why_words(node: NodeRow, nodes: Sequence[NodeRow], texts: Texts) -> str:
    """Say the likeliest cause, without a full stop."""
    voltage = numbers.number(node.battery_v, "voltage")
    lost = ages.age_words(node.link_lost_s)
    return say(texts["silence"][why(node, nodes)], agent=node.agent, voltage=voltage, reason=node.refused, lost=lost)


def bring_words(node: NodeRow, nodes: Sequence[NodeRow], texts: Texts) -> str:
    """Say what a technician should bring; '' for a node that reports and lacks nothing."""
    words: str = texts["silence_bring"].get(why(node, nodes), "")
    return words
