"""Tests of publishing marks."""

from ingest import marks
from ingest.values import Mark
from tests.ingest.batches import AGENT, EPOCH, FACILITY
from wire import marks as wire_marks


def test_each_mark_goes_to_its_agent() -> None:
    """Topic and payload are those of the wire; -1 says that nothing is stored yet."""
    sent: list[tuple[str, bytes]] = []

    def send(topic: str, payload: bytes) -> bool:
        sent.append((topic, payload))
        return False

    marks.publish(send, [Mark(FACILITY, AGENT, EPOCH, 7), Mark(FACILITY, "gw2", EPOCH, -1)])

    assert [topic for topic, _ in sent] == ["tw/1/vale/_edge/gw1/ack", "tw/1/vale/_edge/gw2/ack"]
    assert [wire_marks.decode(payload) for _, payload in sent] == [(EPOCH, 7), (EPOCH, -1)]
