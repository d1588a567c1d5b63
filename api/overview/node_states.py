"""What is known of one node when its packs, its readings and the quarantine are read together."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from api.ledger.models import Sender
from api.nodes.models import Fault, Node
from api.overview.models import NodeState
from api.quarantine.models import Quarantined
from tailings.assess import diagnosis, freshness

LONGEST_INTERVAL_S: Final = 86_400
"""Of a node that does not say how often it speaks."""
STILL_REFUSED: Final = timedelta(seconds=diagnosis.STILL_REFUSED_S)


def of_node(
    node: Node, senders: Iterable[Sender], refused: Iterable[Quarantined], is_agent_online: bool | None
) -> NodeState:
    """Return the state of a node; refused: what is open in quarantine, the newest first.

    A node is heard when a pack arrives, or when its newest reading is young (readings of a file come without packs);
    a node whose newest pack was refused is heard by its readings alone.
    """
    reason = _reason(node, refused)
    times = (None if reason else node.last_pack_at, node.last_time)
    return NodeState(
        node=node,
        last_seen_at=max((time for time in times if time), default=None),
        refused=reason,
        faults=_faults(node),
        packs=next((sender.counts for sender in senders if sender.sender == node.id), None),
        is_agent_online=is_agent_online,
    )


def _faults(node: Node) -> list[Fault]:
    """Give the faults that are told still: none is stale at the time of the node's newest reading."""
    longest = timedelta(seconds=freshness.stale_after_s(node.expected_interval_s or LONGEST_INTERVAL_S))
    return [fault for fault in node.faults if node.last_time is None or fault.at >= node.last_time - longest]


def _reason(node: Node, refused: Iterable[Quarantined]) -> str | None:
    """Give why the node's newest pack was refused, None when a good one came after it."""
    newest = next((one for one in refused if one.sender == node.id), None)
    if newest is None or (node.last_time is not None and node.last_time > newest.arrived_at - STILL_REFUSED):
        return None
    return newest.reason
