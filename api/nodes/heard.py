"""When a node was last heard, and why its newest packs are refused: what packs and readings say together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from api.nodes.models import Node
from api.quarantine.models import Quarantined
from api.snapshots.models import Refused, Snapshot
from tailings.assess import freshness

STILL_REFUSED: Final = timedelta(minutes=15)


def refused_for(node: Node, refused: Iterable[Quarantined | Refused]) -> str:
    """Return why the node's newest pack was refused, '' when a good one came after it; refused: the newest first."""
    newest = next((one for one in refused if one.sender == node.id), None)
    if newest is None or (node.last_time is not None and node.last_time > newest.arrived_at - STILL_REFUSED):
        return ""
    return newest.reason


def heard_at(node: Node, refused_reason: str) -> datetime | None:
    """Return when a pack arrived or its newest reading was: readings of a file come without packs.

    A node whose newest pack was refused is heard by its readings alone.
    """
    return max((time for time in (None if refused_reason else node.last_pack_at, node.last_time) if time), default=None)


def silent(snapshot: Snapshot) -> list[tuple[str, datetime]]:
    """Return the nodes that have spoken and are silent now, with when they were last heard."""
    found = []
    for node in snapshot.nodes:
        at = heard_at(node, refused_for(node, snapshot.refused))
        if at is not None and freshness.is_stale((snapshot.now - at).total_seconds(), node.expected_interval_s):
            found.append((node.id, at))
    return found
