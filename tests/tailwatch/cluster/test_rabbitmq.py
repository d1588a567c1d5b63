"""A real RabbitMQ with our configuration and definitions: who may do what, and how batches come to the workers."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from ingest.receive.names import NAME
from ingest.receive.queues import BatchQueues
from ingest.receive.standstill import Standstill
from ingest.settings import Queues
from ingest.values import Queue, queue_of
from runtime.mqtt import Link, Message
from runtime.settings import Endpoint
from tailings.facility import parse
from tailwatch import ports
from tailwatch.cluster import control, shared
from tailwatch.cluster.file import BrokerTable, ClusterFile, Machine
from tailwatch.cluster.rabbitmq import DEFINITIONS, Peer, RabbitMQ, name_server
from tailwatch.process import Process
from tailwatch.state import StateFolder
from tests.end_to_end.running_site import VALE
from wire import topics

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(600)]
WITHIN_S = 120.0
PREFETCH = 25
"""Of each of the four queues."""
CONSUMERS_STAND_STILL = """
[sys:suspend(P) || P <- rabbit_channel:list(), rabbit_channel:info(P, [consumer_count]) =/= [{consumer_count, 0}]].
"""
AGENT, HISTORY = topics.user_of_agent("vale", "gw1"), "vale/_history/gw1"
BATCH, ACK, CONFIG = (make("vale", "gw1") for make in (topics.batch, topics.agent_ack, topics.agent_config))


def until(condition: Callable[[], object], what: str) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline_s, f"not within {WITHIN_S:.0f} s: {what}"
        time.sleep(0.05)


class One:
    """A cluster of one broker."""

    def __init__(self, folder: Path) -> None:
        self.machine = Machine("a", ports.LOOPBACK, ("broker",))
        doors = [ports.free_port() for _ in range(4)]
        table = BrokerTable(*doors, queues=4)
        self.file = ClusterFile((self.machine,), table)
        self.state = StateFolder(folder)
        made = shared.prepare(self.state.folder, self.file, [parse(VALE.read_text())])
        self.broker = RabbitMQ(folder / "rabbitmq-a", self.machine, [Peer(self.machine.address)], table)
        self.broker.prepare(made.credentials(self.machine))
        self.authority = made.authority
        self._names = Process(name_server([self.machine.address], table.epmd_port))
        self.process = Process(self.broker.command(), (folder / "log").open("wb"))
        until(self.broker.is_ready, f"the broker listens: {folder / 'log'}")

    def stop(self) -> None:
        self.process.stop()
        self._names.stop()
        self.state.close()

    def endpoint(self, user: str) -> Endpoint:
        password = self.state.secret_file(f"mqtt/{user}")
        return Endpoint(ports.LOOPBACK, self.broker.table.mqtt_port, user, password, self.authority)

    def link(self, user: str, client_id: str) -> "Held":
        return Held(self.endpoint(user), client_id)

    def worker(self, number: int, of: int) -> tuple[BatchQueues, Queue]:
        queue = queue_of(1 << 20)
        settings = Queues(self.broker.table.amqp_port, 4, number, of)
        taken = BatchQueues(self.endpoint(topics.CENTRE_USER), settings, 4 * PREFETCH, queue)
        taken.start()
        until(lambda: taken.is_connected, "the worker is connected")
        return taken, queue

    def amqp(self, user: str) -> pika.BlockingConnection:
        password = self.state.secret(f"mqtt/{user}")
        tls = BatchQueues(self.endpoint(user), Queues(1, 1), 1, queue_of(1))._parameters(ports.LOOPBACK).ssl_options
        port, who = self.broker.table.amqp_port, pika.PlainCredentials(user, password)
        return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, credentials=who, ssl_options=tls))


class Held:
    """A link with what came over it."""

    def __init__(self, endpoint: Endpoint, client_id: str) -> None:
        self.got: list[Message] = []
        self.lines: list[str] = []
        self.link = Link("link", endpoint, client_id, lambda *words, **fields: self.lines.append(f"{words} {fields}"))

    def listen(self, topic: str) -> "Held":
        self.link.subscribe(topic, 1, self.take)
        self.link.start()
        return self

    def take(self, message: Message) -> None:
        self.got.append(message)
        message.acknowledge()


@pytest.fixture(scope="module")
def one() -> Iterator[One]:
    folder = Path(tempfile.mkdtemp(prefix="tailwatch-rabbitmq-"))
    folder.chmod(0o711)
    running = One(folder)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder)


def test_an_ack_comes_to_its_agent_and_nothing_is_retained(one: One) -> None:
    """Published as ingest does, to who listens now; who comes later gets what the answer to its hello brings."""
    agent = one.link(AGENT, "vale-gw1-uplink").listen(ACK)
    centre = one.link(topics.CENTRE_USER, "ingest-1").listen("tw/1/+/_edge/+/hello")
    until(lambda: agent.link.is_ready and centre.link.is_ready, "both are ready")
    centre.link.publish(ACK, b"one", 1, True)
    until(lambda: agent.got, "the ack")
    agent.link.close()
    later = one.link(AGENT, "vale-gw1-uplink").listen(ACK)
    until(lambda: later.link.is_ready, "the agent again")
    centre.link.publish(ACK, b"two", 1, True)
    until(lambda: later.got, "the next ack")

    assert [message.payload for message in later.got] == [b"two"]
    later.link.close()
    centre.link.close()


def test_an_agent_reads_no_other_agents_topics(one: One) -> None:
    """The broker refuses the subscription, and says whose access list must let it."""
    agent = one.link(AGENT, "vale-gw1-uplink").listen(topics.agent_ack("vale", "gw2"))
    until(lambda: agent.lines, "the refusal")

    assert any("subscription-refused" in line for line in agent.lines)
    agent.link.close()


def test_an_agent_does_not_take_from_the_queues(one: One) -> None:
    """Its password is of no use by AMQP."""
    connection = one.amqp(AGENT)
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        connection.channel().basic_get(NAME.format(0))

    connection.close()


def test_batches_come_in_order_and_again_until_they_are_settled(one: One) -> None:
    """What a worker that ends had not acknowledged comes to the next one, in order; what it had does not."""
    agent = one.link(AGENT, "vale-gw1-uplink").listen(CONFIG)
    until(lambda: agent.link.is_ready, "the agent")
    first, queue = one.worker(0, 2)
    for number in range(4):
        agent.link.publish(BATCH, b"%d" % number, 1)
    came = []
    until(lambda: came.extend(queue.take(0.1, 1 << 20)) or len(came) == 4, "all four")
    came[0].acknowledge()
    came[1].acknowledge()
    first.settle()
    until(lambda: sum(row.messages for row in control.standing_of(one.broker, one.file).queues) == 2, "two are left")
    first.stop()
    second, other = one.worker(1, 2)
    again = []
    until(lambda: again.extend(other.take(0.1, 1 << 20)) or len(again) == 2, "the two others")

    assert [(one.topic, one.payload) for one in again] == [(BATCH, b"2"), (BATCH, b"3")]
    for delivery in again:
        delivery.acknowledge()
    second.settle()
    until(lambda: not any(row.messages for row in control.standing_of(one.broker, one.file).queues), "none is left")
    second.stop()
    agent.link.close()


def test_a_queue_that_is_made_anew_is_taken_from_again(one: One) -> None:
    """A consumer that the broker takes back is asked for again: nothing waits for a worker that believes it listens."""
    worker, queue = one.worker(0, 1)
    for number in range(4):
        control._run(one.broker, "delete_queue", NAME.format(number))
    control._run(one.broker, "import_definitions", str(one.broker.folder / DEFINITIONS))
    agent = one.link(AGENT, "vale-gw1-uplink").listen(CONFIG)
    until(lambda: agent.link.is_ready, "the agent")
    agent.link.publish(BATCH, b"anew", 1)
    came = []
    until(lambda: came.extend(queue.take(0.1, 1 << 20)) or came, "the batch")

    assert [delivery.payload for delivery in came] == [b"anew"]
    came[0].acknowledge()
    worker.settle()
    worker.stop()
    agent.link.close()


def test_a_line_that_stands_and_brings_nothing_is_opened_anew(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker's side of a consumer stands still; batches wait behind what it was given; all come, in order."""
    monkeypatch.setattr(Standstill, "every_s", 1.0)
    monkeypatch.setattr(Standstill, "stands_s", 5.0)
    agent = one.link(AGENT, "vale-gw1-uplink").listen(CONFIG)
    until(lambda: agent.link.is_ready, "the agent")
    worker, queue = one.worker(0, 1)
    control._run(one.broker, "eval", CONSUMERS_STAND_STILL)
    sent = [b"%d" % number for number in range(PREFETCH + 5)]
    for payload in sent:
        agent.link.publish(BATCH, payload, 1)
    came = []

    def take() -> bool:
        for delivery in queue.take(0.1, 1 << 20):
            came.append(delivery.payload)
            delivery.acknowledge()
        worker.settle()
        return len(came) >= len(sent)

    until(take, "all that waited")
    until(lambda: not any(row.messages for row in control.standing_of(one.broker, one.file).queues), "none is left")

    assert came == sent
    worker.stop()
    agent.link.close()
