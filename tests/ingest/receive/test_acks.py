"""Tests of publishing acks."""

from ingest.receive import acks
from ingest.values import Ack
from tests.ingest.batches import AGENT, EPOCH, FACILITY
from wire import acks as wire_acks


def test_each_ack_goes_to_its_agent() -> None:
    """Topic and payload are those of the wire; -1 says that nothing is stored yet."""
    sent: list[tuple[str, bytes]] = []

    def send(topic: str, payload: bytes) -> bool:
        sent.append((topic, payload))
        return False

    acks.publish(send, [Ack(FACILITY, AGENT, EPOCH, 7), Ack(FACILITY, "gw2", EPOCH, -1)])

    assert [topic for topic, _ in sent] == ["tw/1/vale/_edge/gw1/ack", "tw/1/vale/_edge/gw2/ack"]
    assert [wire_acks.decode(payload) for _, payload in sent] == [(EPOCH, 7), (EPOCH, -1)]
