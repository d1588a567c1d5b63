"""The node's link over TLS, on the real VM against a real Mosquitto, with authorities made here."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tailings.facility import parse
from tailwatch import ports
from tailwatch.pki import Authority
from tailwatch.provisioning import Endpoint, write_node
from tailwatch.servers.broker import TlsListener
from tests.firmware.agent import FACILITY, NODE, NODE_PASSWORD, PASSWORD, USER, Agent
from tests.firmware.conftest import CHANNELS, FAST, MakeNode
from tests.firmware.node_process import NodeProcess, until
from tests.servers import Broker
from wire import topics

NOW = datetime.now(UTC)
VALE = Path(__file__).parents[1] / "data" / "vale.toml"
LEAST_FREE_BYTES = 20_000
"""Of the VM's heap with a TLS link open; Debian's Mbed TLS has its own memory outside it (docs/firmware.md)."""


class Door:
    """A broker with a TLS door whose certificate was issued then, for these hosts."""

    def __init__(self, folder: Path, issued: datetime = NOW, days: int = 30, host: str = "127.0.0.1") -> None:
        self.authority = Authority(folder / "pki")
        self.authority.make("test", NOW - timedelta(days=400))
        certificate = self.authority.issue("broker", (host,), issued, days)
        key, authority = certificate.with_suffix(".key"), self.authority.certificate_file
        self.port = ports.free_port()
        tls = TlsListener(self.port, certificate, key, authority, "127.0.0.1")
        users = {topics.user_of_node(FACILITY, NODE): NODE_PASSWORD, USER: PASSWORD}
        rights = [topics.node_rights(FACILITY, NODE), *topics.agent_rights(FACILITY, "gw1", [NODE])]
        self.broker = Broker.start(folder / "broker", users, rights, tls=tls)


@pytest.fixture
def door(reachable_folder: Path) -> Iterator[Door]:
    """One with a good certificate."""
    made = Door(reachable_folder)
    yield made
    made.broker.stop()


def knocking(make_node: MakeNode, port: int, authority: Authority) -> NodeProcess:
    """A node that was told this authority; it runs."""
    made = make_node(port=port, ca_file="ca.der")
    der = ssl.PEM_cert_to_DER_cert(authority.certificate_file.read_text())
    (made.folder / "ca.der").write_bytes(der)
    made.start()
    return made


def test_a_provisioned_node_sends_over_tls(door: Door, built: Path, tmp_path: Path) -> None:
    """With the folder that `tailwatch device provision` writes; retained configuration, time and acks come back to it.

    A restarted node does it again, and the heap of a 32-bit board's size has room left beside the open link.
    """
    agent = Agent(door.broker.port)
    place = Endpoint("127.0.0.1", door.port, door.authority.certificate_file)
    written = write_node(tmp_path / NODE, parse(VALE.read_text()), NODE, NODE_PASSWORD, place).read_bytes()
    identity = msgspec.json.decode(written) | {"configuration": FAST, "configuration_hash": "first"}
    node = NodeProcess(built, tmp_path / NODE, **identity)
    node.simulate(CHANNELS)
    for packs in (10, 25):
        node.start()
        until(lambda: len(agent.seqs()) >= packs, "packs at the agent")  # noqa: B023 - used at once
        node.kill()
    agent.close()

    journal = node.journal()
    assert journal.kept <= agent.seqs() | {max(journal.kept)}
    assert journal.offsets_ms, "it was told the time"
    assert min(journal.heap_free_bytes) > LEAST_FREE_BYTES


@pytest.mark.parametrize(
    ("door_of", "says"),
    [
        ({"issued": NOW - timedelta(days=50)}, "has expired; run: tailwatch pki renew"),
        ({"issued": NOW + timedelta(days=5)}, "is not valid yet; is the node's clock right?"),
        ({"host": "elsewhere.example"}, "is not for this host; use a name that is in it"),
    ],
    ids=["expired", "not yet", "other name"],
)
def test_a_certificate_that_is_not_good_is_refused(
    make_node: MakeNode, reachable_folder: Path, door_of: dict[str, object], says: str
) -> None:
    """Nothing is sent, and the sentence at the console says what helps. The dates are judged by the VM's own clock."""
    door = Door(reachable_folder / "door", **door_of)  # type: ignore[arg-type]
    agent = Agent(door.broker.port)
    node = knocking(make_node, door.port, door.authority)

    until(lambda: "link down" in node.said() and len(node.journal().kept) > 1, "it says why")
    node.kill()
    agent.close()
    door.broker.stop()
    assert f"the certificate of 127.0.0.1 {says}" in node.said()
    assert not agent.packs and not agent.documents


def test_another_authority_is_refused(door: Door, make_node: MakeNode, tmp_path: Path) -> None:
    """A broker that anybody could have set up hears nothing, not even of a node that leaves (its will)."""
    other = Authority(tmp_path / "other")
    other.make("another", NOW)
    agent = Agent(door.broker.port)
    node = knocking(make_node, door.port, other)

    until(lambda: "link down" in node.said() and len(node.journal().kept) > 1, "it says why")
    node.kill()
    agent.close()
    assert not agent.packs and not agent.documents
    assert "is not of the authority in ca_file; provision the node again" in node.said()


def test_a_port_without_tls_and_a_missing_authority_are_told(door: Door, make_node: MakeNode) -> None:
    """The usual mistakes at a new node: port 1883, and a file that was not copied; once it is there it is read."""
    node = knocking(make_node, door.broker.port, door.authority)
    until(lambda: "is it the TLS port?" in node.said(), "it doubts the port")
    node.kill()
    file, told = node.folder / "ca.der", node.said().count("is it the TLS port?")
    away = file.rename(node.folder / "away.der")
    node.start()
    until(lambda: "ca_file" in node.said(), "it names the file")
    away.rename(file)

    until(lambda: node.said().count("is it the TLS port?") > told, "it has the file")
    node.kill()
    assert "ca.der: OSError(2,)" in node.said()
