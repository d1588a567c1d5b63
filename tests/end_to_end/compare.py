"""What the node says it made against what the database holds, pack by pack and value by value."""

from tests.end_to_end.field import FACILITY, FieldNode
from tests.end_to_end.running_site import RunningSite

SUMMANDS = ("stored", "quarantined", "dropped", "unreadable", "lost", "pending")
STORED = """
SELECT datastream.name, extract(epoch FROM phenomenon_time)::float8, result
FROM observation JOIN datastream ON datastream.id = datastream_id
WHERE node_id = %s AND formula IS NULL AND phenomenon_time BETWEEN %s AND %s
"""


def assert_delivery(site: RunningSite, node: FieldNode) -> None:
    """Fail unless every pack the node kept is stored with its values, once, and the ledger says the same."""
    assert_values(site, node)
    assert_ledger(site, node)


def assert_values(site: RunningSite, node: FieldNode) -> None:
    """Compare values: all that is on flash is stored as it was made, and nothing is stored that was not made."""
    journal = node.journal()
    certain: dict[tuple[str, float], float | None] = {}
    possible: dict[tuple[str, float], float | None] = {}
    for seq, readings in journal.made.items():
        for reading in readings:
            if reading.time_ms is not None:
                key = (f"{FACILITY}:{node.node}:{reading.name}", reading.time_ms / 1000)
                possible[key] = reading.value
                if seq in journal.kept - journal.dropped:
                    certain[key] = reading.value
    rows = site.rows(STORED, node.node, *node.span())
    stored = {(str(name), float(str(time))): result for name, time, result in rows}

    assert len(rows) == len(stored), "a reading is stored twice"
    found = {key: (value, stored.get(key, "lost")) for key, value in certain.items()}
    assert {key: both for key, both in found.items() if both[0] != both[1]} == {}, "lost or changed"
    assert {key: value for key, value in stored.items() if possible.get(key, "none") != value} == {}, "never made"


def assert_ledger(site: RunningSite, node: FieldNode) -> None:
    """Compare the api's ledger with the journal: the sum adds up, nothing is lost, nothing is still on its way."""
    sequence_states = site.get(f"facilities/{FACILITY}/ledger", sender=node.node)["sequence_states"]
    assert isinstance(sequence_states, list)
    counts = next(
        sequence_state["counts"] for sequence_state in sequence_states if sequence_state["epoch"] == node.epoch
    )
    journal = node.journal()

    assert counts["sent"] == sum(counts[name] for name in SUMMANDS), counts
    assert (counts["lost"], counts["pending"]) == (0, 0), counts
    assert counts["stored"] + counts["quarantined"] + counts["dropped"] >= len(journal.kept), counts
