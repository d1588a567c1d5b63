"""Who may do what on the broker: real Mosquitto over TLS, with certificates, users and rules as Tailwatch writes them.

Mosquitto PUBACKs a publish that it denies, so these tests look at delivery.
"""

import time
from pathlib import Path

import pytest

from tailwatch import provisioning
from tests.tailwatch.servers.door import DONE, RIGHTS, VALE, Device, Door


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
    agent, node, others = Device(door, "vale/_site/gw1"), Device(door, "vale/n07"), Device(door, "vale/_others")
    agent.subscribe("#", *RIGHTS["vale/_site/gw1"].reads)
    node.subscribe("#", *RIGHTS["vale/n07"].reads)
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
    """It is refused what is not its own, and gets the commands and marks for itself alone."""
    spy, agent = Device(door, "vale/n07"), Device(door, "vale/_site/gw1")
    refused = [spy.subscribe(topic) for topic in ("tw/#", "#", "tw/1/vale/n04/cmd/+", "tw/1/vale/+/obs", "$SYS/#")]
    spy.subscribe(*RIGHTS["vale/n07"].reads)
    for node in ("n04", "n07"):
        for leaf in ("cmd/identify", "ack", "time/reply"):
            agent.publish(f"tw/1/vale/{node}/{leaf}", b"for one")
    spy.wait_for("tw/1/vale/n07/time/reply", b"for one")
    for one in (spy, agent):
        one.leave()

    assert refused == [[False]] * 5
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
    assert heard(door, "vale/_site/gw1", "tw/1/vale/n07/ack", *forged, "tw/1/vale/_edge/gw1/batch") == []


def test_an_agent_does_not_hear_another_facility(door: Door) -> None:
    """It is refused all at once, and gets what its own nodes send."""
    spy, own, other = Device(door, "vale/_site/gw1"), Device(door, "vale/n07"), Device(door, "rosa/n01")
    spy.subscribe("tw/#", *RIGHTS["vale/_site/gw1"].reads)
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
    passwords, is_told = provisioning.admit(folder, VALE, "n02")
    password = passwords["vale/n02"]
    file = provisioning.write_node(tmp_path / "n02", VALE, "n02", password, provisioning.Endpoint("h", 1, None))
    device = Device(door, "vale/n02", password)
    device.leave()

    assert (is_told, str(device.answer)) == (True, "Success")
    assert file.stat().st_mode & 0o777 == 0o600 and password in file.read_text()
    assert password not in (folder / "users.json").read_text()
    assert heard(door, "rosa/n01", "tw/1/rosa/n01/state", "tw/1/vale/n02/obs") == []
