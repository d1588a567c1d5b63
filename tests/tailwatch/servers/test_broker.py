"""Mosquitto: only its users, only their topics, and it survives what the tests of delivery tracking do to it."""

import threading
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.servers import Broker

USERS = {"vale/n07": "one", "reader": "two"}
ACL = ["pattern write tw/1/%u/obs", "user reader", "topic read #"]
WAIT_S = 60.0


class Client:
    """A paho client that collects what it gets."""

    def __init__(self, broker: Broker, user: str, password: str) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.arrived = threading.Semaphore(0)
        self.subscribed = threading.Event()
        self.refused: bool | None = None
        self.answered = threading.Event()
        self.paho = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.paho.username_pw_set(user, password)
        self.paho.on_connect = self._on_connect
        self.paho.on_message = self._on_message
        self.paho.on_subscribe = lambda *_: self.subscribed.set()
        self.paho.connect("127.0.0.1", broker.port)
        self.paho.loop_start()
        assert self.answered.wait(WAIT_S)

    def _on_connect(self, client: mqtt.Client, data: object, flags: object, reason: object, properties: object) -> None:
        self.refused = getattr(reason, "is_failure", None)
        self.answered.set()

    def _on_message(self, client: mqtt.Client, data: object, message: mqtt.MQTTMessage) -> None:
        self.got.append((message.topic, bytes(message.payload)))
        self.arrived.release()

    def subscribe(self, topic: str) -> None:
        self.paho.subscribe(topic, 1)
        assert self.subscribed.wait(WAIT_S)

    def publish(self, topic: str, payload: bytes) -> None:
        self.paho.publish(topic, payload, 1).wait_for_publish(WAIT_S)

    def close(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()


@pytest.fixture
def own_broker(reachable_folder: Path) -> Broker:
    return Broker.start(reachable_folder / "broker", USERS, ACL)


def test_a_wrong_password_is_refused(own_broker: Broker) -> None:
    """Neither a wrong password nor an unknown user gets in."""
    for user, password in (("vale/n07", "wrong"), ("nobody", "")):
        client = Client(own_broker, user, password)
        assert client.refused
        client.close()

    own_broker.stop()


def test_a_node_reaches_its_own_topics_only(own_broker: Broker) -> None:
    """What a node sends to another node's topic is not delivered (Mosquitto acknowledges it all the same)."""
    node, reader = Client(own_broker, "vale/n07", "one"), Client(own_broker, "reader", "two")
    reader.subscribe("tw/1/#")

    node.publish("tw/1/vale/n01/obs", b"forged")
    node.publish("tw/1/vale/n07/obs", b"own")

    assert reader.arrived.acquire(timeout=WAIT_S)
    assert reader.got == [("tw/1/vale/n07/obs", b"own")]
    for closing in (node, reader):
        closing.close()
    own_broker.stop()


def test_users_can_be_changed_while_it_runs(own_broker: Broker) -> None:
    """After a reload the new user gets in."""
    own_broker.set_users({"new": "three"}, ACL)
    own_broker.reload()

    refused = True
    for _ in range(50):
        client = Client(own_broker, "new", "three")
        client.close()
        refused = bool(client.refused)
        if not refused:
            break
    assert not refused
    own_broker.stop()


def test_it_comes_back_on_its_port_after_a_kill(own_broker: Broker) -> None:
    """A restart keeps port, users and access list."""
    port = own_broker.port

    own_broker.kill()
    assert not own_broker.is_ready()
    own_broker.run()

    client = Client(own_broker, "reader", "two")
    assert (own_broker.port, client.refused) == (port, False)
    client.close()
    own_broker.stop()


def test_passwords_are_not_stored_in_clear(own_broker: Broker) -> None:
    """The file holds hashes and is private."""
    passwd = own_broker.folder / "passwd"

    assert "one" not in passwd.read_text()
    assert passwd.stat().st_mode & 0o077 == 0
    own_broker.stop()
