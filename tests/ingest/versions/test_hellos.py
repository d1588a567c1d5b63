"""Hellos at the centre: what an agent is told, and what goes out anew because it works by another one."""

import hashlib

import pytest

from codec import hello
from codec.batch_ack import BatchAck
from codec.hello import Hello, Reply
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import Publisher
from ingest.versions.hellos import Hellos
from runtime.release import release
from tailings.facility import version_hash
from tests.ingest.batches import EPOCH, arrival, message
from tests.ingest.conftest import VALE
from wire import topics

HASH = version_hash(VALE.read_text())
NOTHING = b'{"approvals":[],"withdrawals":[]}'
TOPIC = topics.agent_hello("vale", "gw1")


class Desk:
    """A publisher whose retained messages are remembered, and the hellos in front of it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sent: list[tuple[str, bytes]] = []
        self.publisher = Publisher(lambda topic, payload: self.sent.append((topic, payload)) or True)
        self.hellos = Hellos(self.publisher, (1, 2))
        self.publisher.publish(connection)

    def answers(self) -> list[tuple[str, bytes]]:
        return self.hellos.answers(self.connection, self.hellos.take())

    def reply(self, epoch: str = EPOCH, configuration: str = HASH, approvals: bytes = NOTHING) -> Reply:
        said = Hello(7, 2, "0.2.0", epoch, configuration, approvals=hashlib.sha256(approvals).hexdigest())
        self.hellos.heard(TOPIC, hello.encode(said))
        ((topic, payload),) = self.answers()
        assert topic == topics.agent_hello_reply("vale", "gw1")
        return hello.decode_reply(payload)

    def again(self) -> list[str]:
        """The topics that go out with the publisher's next look."""
        self.sent.clear()
        self.publisher.publish(self.connection)
        return [topic for topic, _ in self.sent if "/gw1/" in topic]


@pytest.fixture
def desk(connection: Connection) -> Desk:
    return Desk(connection)


def test_an_agent_hears_what_the_centre_has_of_it(desk: Desk, store: Store) -> None:
    """Its ack, the protocols that are understood, and what is in force; nothing goes out anew that it has."""
    with desk.connection.transaction():
        store.write(desk.connection, [arrival(message(seq)) for seq in range(3)])

    assert desk.reply() == Reply(
        session=7,
        oldest=1,
        newest=2,
        release=release(),
        ack=BatchAck(EPOCH, 2),
        configuration=HASH,
        approvals=hashlib.sha256(NOTHING).hexdigest(),
    )
    assert desk.again() == [] and desk.answers() == []


def test_an_epoch_that_is_not_here_has_no_ack(desk: Desk) -> None:
    """A buffer that was begun anew."""
    assert desk.reply(epoch="00000001").ack is None


def test_what_an_agent_does_not_have_goes_out_anew(desk: Desk) -> None:
    """A facility file and approvals other than those in force, each on its own topic."""
    desk.reply(configuration="0" * 64)
    assert desk.again() == [topics.agent_config("vale", "gw1")]

    desk.reply(approvals=b"none")
    assert desk.again() == [topics.agent_approvals("vale", "gw1")]


@pytest.mark.parametrize("payload", [b"", b"{}", b"\xff", b'{"session":-1}', b"x" * 2000])
def test_what_is_no_hello_is_not_answered(payload: bytes, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told, and the agent's next one counts."""
    desk.hellos.heard(TOPIC, payload)

    assert desk.answers() == []
    assert "hello-unreadable" in capsys.readouterr().err
