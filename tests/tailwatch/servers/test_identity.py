"""One user, one client id, its own subscriptions: what a broker password is good for, and how it ends."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from ingest.receive.subscribe import HELLOS, SUBSCRIPTION, TIMES
from tailings.facility import parse
from tailwatch import ports, provisioning
from tailwatch.servers import dynamic_security
from tailwatch.servers.broker import MAX_PACKET_BYTES
from tailwatch.servers.dynamic_security import Users, UsersRefused
from tests.servers import Broker
from tests.tailwatch.servers.door import DONE, RIGHTS, USERS, VALE, VALE_TEXT, WAIT_S, Device, Door, open_door
from wire import topics

BATCH = topics.batch("vale", "gw1")
SHARES = (SUBSCRIPTION, TIMES, HELLOS, "$share/ingest/#", "$share/other/tw/1/+/_edge/+/batch", "$share/ingest/" + BATCH)
DEVICES = ("vale/n07", "vale/_edge/gw1", "vale/_site/gw1", "vale/_history/gw1", "rosa/_edge/gw1", "vale/_others")
THIEVES = ("vale/n07", "vale/_edge/gw1", "vale/_others")
QUEUED_BYTES = 1_000_000


@pytest.fixture
def own_door(reachable_folder: Path) -> Iterator[Door]:
    """A broker of this test alone."""
    opened = open_door(reachable_folder, datetime.now(UTC))
    yield opened
    opened.broker.stop()


@pytest.mark.parametrize("user", DEVICES)
def test_nobody_else_has_a_share_of_what_is_for_ingest(door: Door, user: str) -> None:
    """Each is refused in the SUBACK, and of what a gateway sends meanwhile ingest gets everything."""
    ingest, thief = Device(door, topics.CENTRE_USER, client_id="ingest"), Device(door, user)
    assert ingest.subscribe(SUBSCRIPTION) == [True]
    granted = [thief.subscribe(topic) for topic in SHARES]
    sent = [b"batch %d" % number for number in range(20)]
    gateway = thief if user == "vale/_edge/gw1" else Device(door, "vale/_edge/gw1")
    for batch in sent:
        gateway.publish(BATCH, batch)
    ingest.wait_for(BATCH, sent[-1])
    for one in {gateway, thief, ingest}:
        one.leave()

    assert granted == [[False]] * len(SHARES)
    assert [payload for _, payload in ingest.got] == sent and thief.got == []


def test_no_device_connects_with_the_client_id_of_another(door: Door) -> None:
    """Whoever it is, and whatever client id it says but its own: refused, and those who have it notice nothing."""
    victims = [Device(door, topics.CENTRE_USER, client_id="ingest"), *(Device(door, user) for user in DEVICES)]
    taken = ["ingest", "ingest-1", "", *(one for user in DEVICES if (one := RIGHTS[user].client_id))]
    answers = {
        (user, client_id): str(told)
        for user in THIEVES
        for client_id in taken
        if client_id != RIGHTS[user].client_id
        for told in (refusal(door, user, client_id),)
    }
    is_cut = [one.is_cut.is_set() for one in victims]
    for one in victims:
        one.leave()

    assert set(answers.values()) == {"Not authorized"} and len(answers) == len(THIEVES) * (len(taken) - 1)
    assert is_cut == [False] * len(victims)


def test_a_user_has_one_connection(door: Door) -> None:
    """A second one with the same password and client id ends the first, as MQTT has it (5.0, 3.1.4-3)."""
    first = Device(door, "vale/n07")
    second = Device(door, "vale/n07")
    is_cut = first.is_cut.wait(WAIT_S)
    first.leave()
    second.leave()

    assert is_cut and str(second.answer) == "Success"


def test_who_is_revoked_is_cut_off_at_once_and_does_not_come_back(own_door: Door) -> None:
    """Its live connection ends; neither it nor, after a restart of the broker, its session comes in; others go on."""
    node, agent = Device(own_door, "vale/n07"), Device(own_door, "vale/_site/gw1")

    is_told = provisioning.revoke(own_door.broker.folder, ["vale/n07"])

    assert is_told and node.is_cut.wait(WAIT_S)
    node.leave()
    answers = [str(refusal(own_door, "vale/n07", "vale/n07"))]
    assert not agent.is_cut.is_set()
    agent.leave()
    own_door.broker.restart()
    answers.append(str(refusal(own_door, "vale/n07", "vale/n07")))
    assert answers == ["Not authorized"] * 2


def test_the_broker_is_ready_when_its_door_to_the_network_is_open(own_door: Door) -> None:
    """Mosquitto opens that door last: nobody is told "ready" who would then be refused there."""
    listener = own_door.broker.tls
    assert listener is not None and own_door.broker.is_ready()

    own_door.broker.tls = msgspec.structs.replace(listener, port=ports.free_port())

    assert not own_door.broker.is_ready()


def test_a_new_password_ends_what_was_connected_with_the_old_one(own_door: Door) -> None:
    """By provisioning it again: a stolen device is off before its successor is on."""
    stolen = Device(own_door, "vale/n07")

    passwords, _ = provisioning.admit(own_door.broker.folder, VALE, "n07")

    assert stolen.is_cut.wait(WAIT_S)
    stolen.leave()
    successor = Device(own_door, "vale/n07", passwords["vale/n07"])
    successor.leave()
    assert str(refusal(own_door, "vale/n07", "vale/n07")) == "Not authorized"
    assert str(successor.answer) == "Success"


def test_a_node_that_its_facility_drops_is_cut_off(own_door: Door) -> None:
    """Provisioning anything by the newer file is enough; the agent of the dropped node does not hear it any more."""
    node, agent = Device(own_door, "vale/n07"), Device(own_door, "vale/_site/gw1")
    other = Device(own_door, "rosa/n01")
    newer = parse(VALE_TEXT.replace("n07", "n70"))

    provisioning.admit(own_door.broker.folder, newer, "n02")

    assert node.is_cut.wait(WAIT_S) and agent.is_cut.wait(WAIT_S)
    assert not other.is_cut.is_set()
    for one in (node, agent, other):
        one.leave()
    assert str(refusal(own_door, "vale/n07", "vale/n07")) == "Not authorized"
    back = Device(own_door, "vale/_site/gw1")
    granted = back.subscribe("tw/1/vale/n07/obs", "tw/1/vale/n02/obs")
    back.leave()
    assert granted == [False, True]


def test_a_message_that_is_too_long_ends_its_sender_alone(door: Door) -> None:
    """Nobody gets it, and others go on."""
    watcher, sender, other = Device(door, "watcher"), Device(door, "vale/n04"), Device(door, "vale/n07")
    watcher.subscribe("tw/#")
    sender.paho.publish("tw/1/vale/n04/obs", bytes(MAX_PACKET_BYTES), 1)
    assert sender.is_cut.wait(WAIT_S)
    sender.paho.loop_stop()
    other.publish(DONE, b"after it")
    watcher.wait_for(DONE, b"after it")
    is_cut = other.is_cut.is_set()
    for one in (watcher, other):
        one.leave()

    assert [topic for topic, _ in watcher.got if topic == "tw/1/vale/n04/obs"] == []
    assert not is_cut


def test_a_queue_over_its_limit_takes_no_more_and_ends_nobody(own_door: Door) -> None:
    """An agent that is away gets what its queue had room for, by bytes; its node is acknowledged and stays."""
    limit_bytes(own_door.broker, QUEUED_BYTES)
    agent = Device(own_door, "vale/_site/gw1", clean=False)
    agent.subscribe("tw/1/vale/n07/obs", "tw/1/vale/n07/state")
    agent.leave()
    node = Device(own_door, "vale/n07")
    size = 100_000
    for number in range(30):
        node.publish("tw/1/vale/n07/obs", b"%03d" % number + bytes(size - 3))
    back = Device(own_door, "vale/_site/gw1", clean=False)
    node.publish(DONE, b"after it")
    back.wait_for(DONE, b"after it")
    is_cut = node.is_cut.is_set()
    for one in (node, back):
        one.leave()

    numbers = [int(payload[:3]) for topic, payload in back.got if topic == "tw/1/vale/n07/obs"]
    assert numbers == list(range(QUEUED_BYTES // size))
    assert not is_cut


def test_what_a_device_may_retain_is_a_few_topics(door: Door) -> None:
    """A node writes replies to commands that there are, an agent commands that there are: not any number of names."""
    writes = [*RIGHTS["vale/n07"].writes, *RIGHTS["vale/_edge/gw1"].writes, *RIGHTS["vale/_site/gw1"].writes]

    assert [topic for topic in writes if "+" in topic or "#" in topic] == []


def test_two_agents_of_one_client_id_are_refused() -> None:
    """`a-b` with agent `c` and `a` with agent `b-c` would end each other's sessions."""
    users = Users()
    for rights in topics.agent_rights("a-b", "c", []):
        users.admit(rights, "x")

    with pytest.raises(
        UsersRefused, match=r"a-b/_edge/c and a/_edge/b-c would have one client id, 'a-b-c-uplink'; give"
    ):
        users.admit(topics.agent_rights("a", "b-c", [])[0], "x")


def test_nobody_but_the_administrator_changes_users(door: Door) -> None:
    """Ingest, gateways and nodes send the plug-in commands in vain, and hear none of its answers."""
    control, answer = dynamic_security.ADMIN.writes[0], dynamic_security.ADMIN.reads[0]
    granted = []
    for user in (topics.CENTRE_USER, *DEVICES, "watcher"):
        device = Device(door, user)
        granted.append(device.subscribe(answer, "$CONTROL/#"))
        device.publish(control, b'{"commands":[{"command":"deleteClient","username":"vale/n04"}]}')
        device.leave()
    node = Device(door, "vale/n04")
    node.leave()

    assert granted == [[False, False]] * (len(DEVICES) + 2)
    assert str(node.answer) == "Success"


def test_an_administrator_is_told_of_its_own_commands_alone(own_door: Door) -> None:
    """The plug-in answers all administrators; one whose commands fail all the time makes no other fail."""
    folder = own_door.broker.folder
    port, password = dynamic_security.port_of(folder), dynamic_security.admin_password(folder)
    wrong = [{"command": "createClient", "username": "vale/n07"}] * 200
    is_over = threading.Event()
    refused = []

    def ask_in_vain() -> None:
        while not is_over.is_set():
            with pytest.raises(UsersRefused, match="Client already exists"):
                dynamic_security.send(port, password, wrong)
            refused.append(1)

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(ask_in_vain)
        for _ in range(20):
            provisioning.admit(folder, VALE, "n01")
        is_over.set()
        other.result(WAIT_S)

    assert refused


def test_the_plugin_has_the_digests_of_its_own_making(own_door: Door) -> None:
    """What we write and what the plug-in writes after a command are of one form, and a password holds in both."""
    file = own_door.broker.folder / "users.json"
    before = Users.read(file)
    passwords, _ = provisioning.admit(own_door.broker.folder, VALE, "n02")
    after = Users.read(file)
    own_door.broker.set_users(USERS | passwords, RIGHTS.values())

    changes = [one["command"] for one in after.changes_to(Users.read(file))]
    assert list(before.changes_to(before)) == [] and changes == []
    assert file.stat().st_mode & 0o777 == 0o600


def refusal(door: Door, user: str, client_id: str) -> object:
    """What a client with this client id and the right password hears when it connects."""
    device = Device(door, user, client_id=client_id)
    device.leave()
    return device.answer


def limit_bytes(broker: Broker, limit: int) -> None:
    """Restart the broker with another limit of the bytes that it queues for one client."""
    file = broker.folder / "mosquitto.conf"
    lines = [f"max_queued_bytes {limit}" if one.startswith("max_queued_bytes") else one for one in lines_of(file)]
    file.write_text("\n".join(lines) + "\n")
    broker.restart()


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()
