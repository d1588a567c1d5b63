"""The receiver of displays over UDP: a datagram is a reading, an empty value a failed read, anything else refused."""

import socket

import msgspec

from edge_agent.receive.receiver_context import open_receiver
from edge_agent.receive.receivers import udp_text
from edge_agent.values import ReadingsDelivery
from tests.edge_agent.place import Log, place

SETTINGS = {"kind": "udp_text", "port": 0, "names": {"pond": "n01:pond.level"}}


def test_a_delivery_is_taken() -> None:
    """Three datagrams over the machine's own network, and a stranger's that is named in the log."""
    log = Log()
    receiver = open_receiver(msgspec.convert(SETTINGS, udp_text.Settings), place(log))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for said in (b"stranger=1", b"pond=338.48", b"pond=", b"pond=high"):
            sender.sendto(said, receiver._socket.getsockname())  # type: ignore[attr-defined]
        found: list[ReadingsDelivery] = []
        while len(found) < 3:
            found += receiver.take(1.0)
    receiver.close()

    assert [(one.value, one.missing) for each in found for one in each.readings] == [(338.48, None), (None, "no-value")]
    assert [(one.reason, one.field) for each in found for one in each.refused] == [("number", "pond")]
    assert log.said("WARNING unknown-name") == 1
