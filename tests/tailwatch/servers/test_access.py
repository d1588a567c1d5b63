"""Who may do what on the broker: real Mosquitto over TLS, with certificates, users and rules as Tailwatch writes them.

Mosquitto PUBACKs a publish that it denies and grants a subscription that it denies, so these tests look at delivery.
"""

import threading
import time
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from tailwatch import provisioning
from tests.tailwatch.servers.door import VALE, Door

WAIT_S = 60.0
DONE = "tw/1/vale/n07/state"
"""Published last by the very user: when it is there, everything before it was delivered or never will be."""


class Device:
    """A client over TLS that remembers what it was given and whether it got in."""

    def __init__(self, door: Door, user: str | None, password: str | None = None, will: str | None = None) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.answer: ReasonCode | None = None
        self._answered, self._subscribed = threading.Event(), threading.Event()
        self.paho = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.paho.tls_set(ca_certs=str(door.authority.certificate_file))
        if user is not None:
            self.paho.username_pw_set(user, password or f"password of {user}")
        if will is not None:
            self.paho.will_set(will, b"forged", 1, retain=True)
        self.paho.on_connect = self._on_connect
        self.paho.on_subscribe = lambda *_: self._subscribed.set()
        self.paho.on_message = lambda _, __, message: self.got.append((message.topic, bytes(message.payload)))
        self.paho.connect("localhost", door.port)
        self.paho.loop_start()
        assert self._answered.wait(WAIT_S)

    def _on_connect(self, client: object, data: object, flags: object, reason: ReasonCode, more: object) -> None:
        self.answer = reason
        self._answered.set()

    def publish(self, topic: str, payload: bytes = b"forged", retain: bool = False) -> None:
        self.paho.publish(topic, payload, 1, retain).wait_for_publish(WAIT_S)

    def subscribe(self, topic: str) -> None:
        self._subscribed.clear()
        self.paho.subscribe(topic, 1)
        assert self._subscribed.wait(WAIT_S)

    def wait_for(self, topic: str, payload: bytes) -> None:
        deadline_s = time.monotonic() + WAIT_S
        while (topic, payload) not in self.got:
            assert time.monotonic() < deadline_s, self.got
            time.sleep(0.01)

    def leave(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()

    def vanish(self) -> None:
        """Cut the line without a goodbye: the broker publishes the will."""
        line = self.paho.socket()
        assert line is not None
        self.paho.loop_stop()
        line.close()


def heard(door: Door, forger: str, own: str, *forged: str, retain: bool = False) -> list[str]:
    """What a watcher of everything hears when `forger` publishes to foreign topics and then to one of its own."""
    watcher, device = Device(door, "watcher"), Device(door, forger)
    watcher.subscribe("tw/#")
    for topic in forged:
        device.publish(topic, retain=retain)
    end = f"end {time.monotonic_ns()}".encode()
    device.publish(own, end)
    watcher.wait_for(own, end)
    topics_heard = [topic for topic, payload in watcher.got if topic in forged and payload == b"forged"]
    for one in (device, watcher):
        one.leave()
    return topics_heard


def test_a_node_cannot_speak_as_another(door: Door) -> None:
    """Packs, births, states, times and replies of another node, marks and commands: none is delivered."""
    leaves = ("obs", "birth", "state", "time", "cmd/update/reply", "ack", "cmd/config", "time/reply")
    forged = [f"tw/1/vale/n04/{leaf}" for leaf in leaves] + ["tw/1/vale/n07/ack", "tw/1/vale/n07/cmd/update"]

    assert heard(door, "vale/n07", DONE, *forged) == []


def test_a_node_cannot_forge_what_is_retained(door: Door) -> None:
    """A retained birth or configuration of another node is not there for who comes later."""
    heard(door, "vale/n07", DONE, "tw/1/vale/n04/birth", "tw/1/vale/n04/cmd/config", retain=True)
    late = Device(door, "watcher")
    late.subscribe("tw/1/vale/n04/#")
    late.subscribe("tw/1/vale/n07/#")
    late.leave()

    assert [topic for topic, payload in late.got if payload == b"forged"] == []


def test_senders_of_other_makers_write_their_topics_and_only_their_agent_reads_them(door: Door) -> None:
    """What [agents.gw1] listens to is open to the user of other makers; our own topics stay closed to it."""
    agent, node, others = Device(door, "vale/_edge/gw1"), Device(door, "vale/n07"), Device(door, "vale/_others")
    agent.subscribe("#")
    node.subscribe("#")
    others.publish("tw/1/vale/n07/obs")
    others.publish("application/8/device/70b3d5/event/up")
    others.publish("application/7/device/70b3d5/event/up", b"an uplink")
    agent.wait_for("application/7/device/70b3d5/event/up", b"an uplink")
    for one in (agent, node, others):
        one.leave()
    assert [message for message in agent.got + node.got if message[1] == b"forged"] == []
    assert not any(topic.startswith("application/") for topic, _ in node.got)


def test_a_node_cannot_forge_the_will_of_another(door: Door) -> None:
    """Who connects with a will on a foreign topic and vanishes has said nothing; its own will is heard."""
    watcher = Device(door, "watcher")
    watcher.subscribe("tw/#")
    for will in ("tw/1/vale/n04/state", "tw/1/vale/n07/state"):
        Device(door, "vale/n07", will=will).vanish()
    watcher.wait_for("tw/1/vale/n07/state", b"forged")
    watcher.leave()

    assert ("tw/1/vale/n04/state", b"forged") not in watcher.got


def test_a_node_cannot_read_what_is_for_another(door: Door) -> None:
    """Subscribed to everything, a node gets the commands and marks for itself alone."""
    spy, agent = Device(door, "vale/n07"), Device(door, "vale/_edge/gw1")
    for topic in ("tw/#", "#", "tw/1/vale/n04/cmd/+", "tw/1/vale/+/obs", "$SYS/#"):
        spy.subscribe(topic)
    for node in ("n04", "n07"):
        for leaf in ("cmd/identify", "ack", "time/reply"):
            agent.publish(f"tw/1/vale/{node}/{leaf}", b"for one")
    spy.wait_for("tw/1/vale/n07/time/reply", b"for one")
    for one in (spy, agent):
        one.leave()

    assert {topic for topic, _ in spy.got if topic.startswith("tw/1/vale/n07/") is False} == set()


def test_an_agent_cannot_act_for_another_facility(door: Door) -> None:
    """Batches, states, marks and commands of another facility are not delivered, nor its own nodes' readings."""
    forged = [
        "tw/1/rosa/_edge/gw1/batch",
        "tw/1/rosa/_edge/gw1/state",
        "tw/1/rosa/n01/ack",
        "tw/1/rosa/n01/cmd/config",
        "tw/1/vale/_edge/gw1/ack",
        "tw/1/vale/_edge/gw2/batch",
        "tw/1/vale/n07/obs",
    ]

    assert heard(door, "vale/_edge/gw1", "tw/1/vale/_edge/gw1/state", *forged) == []


def test_an_agent_does_not_hear_another_facility(door: Door) -> None:
    """Subscribed to everything, it gets what its own nodes send."""
    spy, own, other = Device(door, "vale/_edge/gw1"), Device(door, "vale/n07"), Device(door, "rosa/n01")
    spy.subscribe("tw/#")
    other.publish("tw/1/rosa/n01/obs", b"private")
    own.publish("tw/1/vale/n07/obs", b"own")
    spy.wait_for("tw/1/vale/n07/obs", b"own")
    for one in (spy, own, other):
        one.leave()

    assert not any("rosa" in topic for topic, _ in spy.got)


@pytest.mark.parametrize(
    ("user", "password"), [(None, None), ("vale/n07", "wrong"), ("vale/n99", "x"), ("watcher", " ")]
)
def test_who_has_no_password_does_not_come_in(door: Door, user: str | None, password: str | None) -> None:
    """Anonymous, wrong password, unknown user."""
    device = Device(door, user, password)
    device.leave()

    assert device.answer is not None and str(device.answer) == "Not authorized"


def test_a_provisioned_node_comes_in_with_what_was_written(door: Door, tmp_path: Path) -> None:
    """The password in its folder works at once, the old one no more, and the broker holds only its hash."""
    folder = door.broker.folder
    password = provisioning.admit(folder, VALE, "vale/n02")
    provisioning.reload(folder)
    file = provisioning.write_node(tmp_path / "n02", VALE, "n02", password, provisioning.Endpoint("h", 1, None))
    deadline_s = time.monotonic() + WAIT_S
    while (device := Device(door, "vale/n02", password)).answer != "Success" and time.monotonic() < deadline_s:
        device.leave()
    device.leave()

    assert str(device.answer) == "Success"
    assert file.stat().st_mode & 0o777 == 0o600 and password in file.read_text()
    assert password not in (folder / "passwd").read_text()
    assert heard(door, "rosa/n01", "tw/1/rosa/n01/state", "tw/1/vale/n02/obs") == []
