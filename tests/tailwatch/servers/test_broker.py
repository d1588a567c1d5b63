"""Mosquitto: only its users, only their topics, and it survives what the tests of delivery tracking do to it."""

import threading
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.servers import Broker
from wire.topics import Rights

USERS = {"vale/n07": "one", "reader": "two"}
RIGHTS = [Rights("vale/n07", None, ("tw/1/vale/n07/obs",), (), ()), Rights("reader", None, (), ("#",), ())]
WAIT_S = 60.0


class Client:
    """A paho client that collects what it gets."""

    def __init__(self, broker: Broker, user: str, password: str, client_id: str = "") -> None:
        self.got: list[tuple[str, bytes]] = []
        self.arrived = threading.Semaphore(0)
        self.subscribed = threading.Event()
        self.refused: bool | None = None
        self.answered = threading.Event()
        self.paho = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, reconnect_on_failure=False)
        self.paho.username_pw_set(user, password)
        self.paho.on_connect = self._on_connect
        self.cut = threading.Event()
        self.paho.on_disconnect = lambda *_: self.cut.set()
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
    return Broker.start(reachable_folder / "broker", USERS, RIGHTS)


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
    """A new user gets in at once, also after the broker was killed; who is no user any more does not."""
    own_broker.set_users({"new": "three", "reader": "four"}, [Rights("new", None, (), ("#",), ()), RIGHTS[1]])

    refused = []
    for _ in range(2):
        for user, password in (("new", "three"), ("reader", "four"), ("reader", "two"), ("vale/n07", "one")):
            client = Client(own_broker, user, password)
            client.close()
            refused.append(client.refused)
        own_broker.kill()
        own_broker.run()
    own_broker.stop()
    assert refused == [False, False, True, True] * 2


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


def test_a_broker_of_ones_own_is_advised_to_be_like_it(own_broker: Broker) -> None:
    """The lines in docs/operating/centre.md have the plug-in and the limits of `tailwatch up`, and nobody anonymous."""
    own_broker.stop()
    text = (Path(__file__).parents[3] / "docs" / "operating" / "centre.md").read_text()
    advised = {line for line in text.partition("conf.d/tailwatch.conf`:")[2].split("```")[1].splitlines() if line}
    ours = (own_broker.folder / "mosquitto.conf").read_text().splitlines()
    kinds = ("max_", "allow_anonymous", "plugin ", "persistent_client_expiration")
    folder = "/var/lib/mosquitto/tailwatch/"

    wanted = {line for line in ours if line.startswith(kinds)}
    assert {line for line in advised if line.startswith(kinds)} == wanted and len(wanted) == 7
    assert f"plugin_opt_config_file {folder}users.json" in advised
    assert "plugin_opt_config_file users.json" in ours


def test_passwords_are_not_stored_in_clear(own_broker: Broker) -> None:
    """The file holds hashes and is private."""
    users = own_broker.folder / "users.json"

    assert '"one"' not in users.read_text()
    assert users.stat().st_mode & 0o077 == 0
    own_broker.stop()
