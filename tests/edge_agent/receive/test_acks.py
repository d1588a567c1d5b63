"""Node acks: what is published, and when again."""

from edge_agent.receive.acks import Ack, NodeAcks
from wire import acks, topics


def test_the_newest_acks_are_told_once_a_session() -> None:
    """A broker that was killed has forgotten them; one connect, one telling."""
    told: list[tuple[str, bytes, int, bool]] = []

    def publish(*message: object) -> bool:
        told.append(message)  # type: ignore[arg-type]
        return True

    node_acks = NodeAcks("vale", publish, lambda: [Ack("n07", "9f3a01bc", 4711)])
    for session in (1, 1, 2, 2):
        node_acks.after_connect(session)

    assert told == [(topics.ack("vale", "n07"), acks.encode("9f3a01bc", 4711), 1, True)] * 2
