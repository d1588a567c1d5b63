"""A receiver of another maker's JSON on a real broker, without an agent around it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from edge_agent.receive.json_senders import JsonSenders
from edge_agent.receive.receiver_context import ReceiverContext, open_receiver
from edge_agent.values import ReadingsDelivery
from runtime.mqtt import Link
from tests.edge_agent.place import Log, place, taken
from tests.edge_agent.world import Client, World, wait_until


class Publisher:
    """The network server or logger."""

    def __init__(self, world: World) -> None:
        self._client = Client(world.broker.port, "others")
        wait_until(self._client.client.is_connected, "a connection")

    def publish(self, topic: str, document: Any) -> None:
        self._client.publish(topic, document if isinstance(document, bytes) else json.dumps(document).encode())

    def close(self) -> None:
        self._client.close()


class Other(Publisher):
    """One that sees what becomes of its messages."""

    def __init__(self, world: World, receiver: JsonSenders, log: Log) -> None:
        super().__init__(world)
        self.log, self._receiver = log, receiver

    def taken(self, topic: str, document: Any) -> ReadingsDelivery:
        self.publish(topic, document)
        found = taken(self._receiver, 1)[0]
        found.acknowledge()
        return found


@contextmanager
def listening(world: World, settings: Any) -> Iterator[Other]:
    """The receiver of these settings, connected."""
    log = Log()
    link = Link("site", world.settings.site_broker, "vale-gw1-test", log)
    here: ReceiverContext = place(log, lambda _: link)
    receiver = open_receiver(settings, here)
    assert isinstance(receiver, JsonSenders)
    link.start()
    wait_until(lambda: link.is_ready, "a link")
    other = Other(world, receiver, log)
    try:
        yield other
    finally:
        other.close()
        receiver.close()
        link.close()


def values(found: ReadingsDelivery) -> dict[str, tuple[int, float | None, str | None]]:
    return {one.name: (one.time_ms, one.value, one.missing) for one in found.readings}


def reasons(found: ReadingsDelivery) -> list[tuple[str, str]]:
    return [(one.reason, one.field) for one in found.refused]
