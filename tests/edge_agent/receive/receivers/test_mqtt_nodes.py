"""Packs over MQTT: groups are bounded, a full queue stops the reading, and nothing is dropped."""

import time

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from codec import pack, senml
from edge_agent.receive.delivery_queue import MAX_GROUP, MAX_WAITING
from edge_agent.receive.receivers.mqtt_nodes import MqttNodes
from edge_agent.values import PackDelivery
from runtime.mqtt import Link
from tests.edge_agent.world import RECEIVED_MS, Client, World, pack_bytes, wait_until
from wire import limits, topics

OBS = topics.obs("vale", "n07")


def receiver(world: World) -> tuple[Link, MqttNodes]:
    link = Link("site", world.settings.site_broker, "vale-gw1-test", world.log)
    nodes = MqttNodes(link, "vale", ["n07"], 0.02, lambda: RECEIVED_MS)
    link.start()
    wait_until(lambda: link.is_ready, "a link")
    return link, nodes


def taken(nodes: MqttNodes, count: int) -> list[PackDelivery]:
    """Take groups until `count` packs have come, acknowledging each as a commit would."""
    found: list[PackDelivery] = []

    def take() -> bool:
        group = nodes.take(0.1)
        assert len(group) <= MAX_GROUP
        for one in group:
            one.acknowledge()
        found.extend(group)
        return len(found) >= count

    wait_until(take, f"{count} packs")
    return found


def test_more_packs_than_the_queue_holds_all_arrive_in_order(world: World) -> None:
    """While the worker is away the broker keeps the rest; afterwards every pack is there, once."""
    link, nodes = receiver(world)
    node = world.node()
    total = MAX_WAITING + 700
    for seq in range(total):
        node.client.publish(OBS, pack_bytes(seq, {"battery.voltage": 3.3}), 1)
    time.sleep(0.5)  # the worker is away

    found = taken(nodes, total)

    assert [one.payload for one in found] == [pack_bytes(seq, {"battery.voltage": 3.3}) for seq in range(total)]
    nodes.close()
    link.close()
    node.close()


@pytest.mark.parametrize("protocol", [mqtt.MQTTv311, mqtt.MQTTv5])
def test_a_pack_without_a_content_type_is_known_by_its_first_byte(world: World, protocol: MQTTProtocolVersion) -> None:
    """A node over MQTT 3.1.1 has no property to say it in, and one over MQTT 5 may leave it out."""
    link, nodes = receiver(world)
    node = Client(world.broker.port, "vale/n07", protocol)
    json = pack_bytes(0, {"battery.voltage": 3.3})
    in_cbor = pack.encode(pack.decode(json), senml.CBOR)
    for payload in (json, in_cbor):
        node.publish(OBS, payload)

    found = taken(nodes, 2)

    assert [(one.payload, one.content_type) for one in found] == [(json, senml.JSON), (in_cbor, senml.CBOR)]
    nodes.close()
    link.close()
    node.close()


def test_a_pack_of_a_megabyte_is_cut_but_not_hidden(world: World) -> None:
    """Its beginning and its real length go on, to be refused by name."""
    link, nodes = receiver(world)
    node = world.node()
    node.publish(OBS, b"x" * 1_000_000)

    (found,) = taken(nodes, 1)

    assert (len(found.payload), found.full_bytes) == (limits.MAX_QUARANTINE_BYTES, 1_000_000)
    nodes.close()
    link.close()
    node.close()


def test_without_packs_take_comes_back(world: World) -> None:
    """The worker has other things to do."""
    link, nodes = receiver(world)

    assert nodes.take(0.01) == []
    assert nodes.take(0.0) == []
    nodes.close()
    link.close()
