"""The state document: what a technician and the centre read of an agent."""

import json
from pathlib import Path

from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.report.status import Now, document
from edge_agent.report.throughput import DeliveryTotals
from tests.edge_agent.world import facility


def test_backlog_version_and_quarantine_are_there(tmp_path: Path) -> None:
    """Figures from the buffer, not from memory."""
    buffer = Buffer(tmp_path / "buffer.sqlite", 1_000_000)
    buffer.commit(GroupCommit(batches=(b"12345", b"678"), at_ms=1_764_000_000_000, quarantined={("n07", "no-time"): 2}))
    buffer.free(0)

    found = json.loads(document(facility(), buffer, 1_764_079_200_000, Now({}, DeliveryTotals(0, 0, 0, 0, 0.0))))

    assert found["backlog"] == {
        "batches": 1,
        "bytes": 3,
        "limit": 1_000_000,
        "oldest_ms": 1_764_000_000_000,
    }
    assert found["configuration"]["version"] == 1
    assert (found["quarantine"], found["state"]) == ({"n07": {"no-time": 2}}, "online")
