"""What packs, readings and the quarantine say of a node together."""

from datetime import UTC, datetime, timedelta

from api.nodes.models import Node
from api.overview import node_states
from api.quarantine.models import Quarantined

NOW = datetime(2026, 11, 25, 13, 32, tzinfo=UTC)


def refused(reason: str, age: timedelta) -> Quarantined:
    """A pack of n08 that went to quarantine so long ago."""
    return Quarantined(
        id=1,
        sender="n08",
        epoch="0000aaaa",
        seq=1,
        received_at=NOW - age,
        arrived_at=NOW - age,
        reason=reason,
        field="bt",
        fix="",
        bytes=9,
        stored_bytes=9,
        times=1,
        stage="edge",
        state="open",
        readings=0,
        channels=[],
        raw=None,
    )


def silent_node(last_time: datetime | None) -> Node:
    """n08, whose packs reach the database now."""
    return Node(
        id="n08",
        name=None,
        agent="gw1",
        expected_interval_s=60,
        retired_at=None,
        last_pack_at=NOW,
        last_time=last_time,
        age_s=None,
        is_silent=False,
        link_lost_at=None,
        asks_time=False,
        battery=None,
        epochs=[],
        faults=[],
    )


def test_a_node_whose_packs_are_refused_is_heard_by_its_readings_alone() -> None:
    """Packs without a time arrive every minute and give no reading: the node was never heard; the reason is kept."""
    state = node_states.of_node(silent_node(None), [], [refused("no-time", timedelta(minutes=1))], None)

    assert (state.last_seen_at, state.refused) == (None, "no-time")


def test_an_old_refusal_is_forgotten_when_good_readings_came_after_it() -> None:
    """What was refused last week does not explain today."""
    node = silent_node(NOW - timedelta(seconds=30))

    state = node_states.of_node(node, [], [refused("no-time", timedelta(days=7))], None)

    assert (state.last_seen_at, state.refused) == (NOW, None)
