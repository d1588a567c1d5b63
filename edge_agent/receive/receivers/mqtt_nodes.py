"""Packs of the site's nodes over MQTT: paho's thread fills the inbox, the broker keeps what has no room there.

The broker hands out no more than ReceiveMaximum unacknowledged packs, so that the inbox is full only after a
reconnect under load.
A sender over MQTT 3.1.1 cannot say which form a pack has: its first byte does.
Source: wire.md section 2 (topics, QoS); MQTT 5.0, section 4.9 (flow control).
"""

from collections.abc import Callable, Iterable

from codec import pack
from edge_agent.receive.delivery_queue import DeliveryQueue
from edge_agent.values import PackDelivery
from runtime.mqtt import Link, Message
from wire import limits, topics


class MqttNodes:
    """The packs of the nodes that this agent serves. `gather_s`: how long a group waits for more after its first."""

    def __init__(
        self, link: Link, facility: str, nodes: Iterable[str], gather_s: float, now_ms: Callable[[], int]
    ) -> None:
        self._inbox: DeliveryQueue[PackDelivery] = DeliveryQueue(gather_s)
        self._now_ms = now_ms
        for node in nodes:
            link.subscribe(topics.obs(facility, node), 1, self._receive)

    def take(self, wait_s: float) -> list[PackDelivery]:
        """One group of packs."""
        return self._inbox.take(wait_s)

    def close(self) -> None:
        """Let go of the network thread; what is in the inbox stays unacknowledged and comes again."""
        self._inbox.close()

    def _receive(self, message: Message) -> None:
        self._inbox.put(
            PackDelivery(
                node=topics.parse(message.topic).node or "",
                payload=message.payload[: limits.MAX_QUARANTINE_BYTES],
                full_bytes=len(message.payload),
                content_type=message.content_type or pack.content_type_of(message.payload),
                received_ms=self._now_ms(),
                acknowledge=message.acknowledge,
            )
        )
