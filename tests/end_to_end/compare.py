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
    """Compare values: all that is on flash is stored as it was made, and nothing is stored that was not made.

    A clock that is set back may give two readings one instant; one of them is stored.
    """
    journal = node.journal()
    certain: dict[tuple[str, float], set[float | None]] = {}
    possible: dict[tuple[str, float], set[float | None]] = {}
    for seq, readings in journal.made.items():
        for reading in readings:
            if reading.time_ms is not None:
                key = (f"{FACILITY}:{node.node}:{reading.name}", reading.time_ms / 1000)
                possible.setdefault(key, set()).add(reading.value)
                if seq in journal.kept - journal.dropped:
                    certain.setdefault(key, set()).add(reading.value)
    rows = site.rows(STORED, node.node, *node.span())
    stored = {(str(name), float(str(time))): result for name, time, result in rows}

    assert len(rows) == len(stored), "a reading is stored twice"
    found = {key: (values, stored.get(key, "lost")) for key, values in certain.items()}
    assert {key: both for key, both in found.items() if both[1] not in both[0]} == {}, "lost or changed"
    assert {key: value for key, value in stored.items() if value not in possible.get(key, ())} == {}, "never made"


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
