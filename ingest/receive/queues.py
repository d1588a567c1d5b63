"""The queues of a cluster of brokers: batches by AMQP 0-9-1, nothing acknowledged before it is stored.

Each queue holds the batches of some agents, in order, and gives them to one process at a time: the active one of its
consumers is that of the highest priority, so each worker has its share, and the share of one that is away goes to
another. All else that agents say, and all that they are told, goes by MQTT as at a single broker.

pika's connection belongs to one thread. It hands on what comes, and what the worker wants acknowledged is given to it.
A consumer that the broker takes back, as when its queue is made anew, ends the line, which is opened again. So does one
that gets nothing of a queue which has batches for it (`Standstill`).

The line carries no message of ours: a broker short of memory stops reading from who publishes, and acknowledgements
are what makes room there.
"""

import itertools
import random
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from typing import Any, Final

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, ConsumerCancelled

from ingest.receive.names import NAME
from ingest.receive.standstill import QueueStandsStill, Standstill
from ingest.receive.subscribe import BrokerSubscriber
from ingest.settings import Queues, Settings
from ingest.values import Delivery, Queue
from runtime.backoff import Backoff
from runtime.connection_error import sentence
from runtime.log import log_of
from runtime.secrets import read_secret
from runtime.settings import Endpoint

HEARTBEAT_S: Final = 8
"""A broker that says nothing for twice that is left."""
CONNECT_WITHIN_S: Final = 4.0
FRAMES_WITHIN_S: Final = 15.0
"""What is asked of a broker is answered by then, or it is left."""
LEAST_WAIT_S: Final = 1.0
MOST_WAIT_S: Final = 5.0
LOOK_S: Final = 0.5
END_WITHIN_S: Final = 5.0
NO_LINE: Final = (AMQPError, AMQPConnectorException, OSError)
"""What pika raises where there is no line; the second, of a broker too slow to greet, is none of its AMQPErrors."""

tell = log_of(__name__)


class QueueSubscriber:
    """The two lines to a cluster: batches from its queues, all else by MQTT, whose line is given."""

    def __init__(self, settings: Settings, queue: Queue, talk: BrokerSubscriber) -> None:
        assert settings.queues is not None
        self._talk = talk
        self._batches = BatchQueues(settings.broker, settings.queues, settings.receive_maximum, queue)
        self.publish, self.tell = self._talk.publish, self._talk.tell
        self.settle = self._batches.settle

    def start(self) -> None:
        """Connect both in the background, again and again until it succeeds."""
        self._talk.start()
        self._batches.start()

    def stop(self) -> None:
        """Leave the brokers in order; what is not acknowledged comes again at the next start, or to another worker."""
        self._batches.stop()
        self._talk.stop()

    @property
    def is_connected(self) -> bool:
        """Whether both lines stand."""
        return self._talk.is_connected and self._batches.is_connected


class BatchQueues:
    """The line that batches come by. `settle` is called by the worker; all else happens in a thread of its own."""

    def __init__(self, endpoint: Endpoint, queues: Queues, receive_maximum: int, queue: Queue) -> None:
        self._endpoint, self._queues, self._queue = endpoint, queues, queue
        self._prefetch = max(1, receive_maximum // queues.count)
        self._password = read_secret(endpoint.password_file)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="queues", daemon=True)
        self._line: _Line | None = None
        self._told = ""

    def start(self) -> None:
        """Connect in the background, again and again until it succeeds."""
        self._thread.start()

    def stop(self) -> None:
        """Leave; what is not acknowledged comes again."""
        self._stop.set()
        self._thread.join(END_WITHIN_S)

    @property
    def is_connected(self) -> bool:
        """Whether the line stands and the broker gives what it has."""
        return self._line is not None

    def settle(self) -> None:
        """Acknowledge all that is committed and came by this connection."""
        if (line := self._line) is not None:
            line.settle()

    def _run(self) -> None:
        backoff = Backoff(LEAST_WAIT_S, MOST_WAIT_S)
        hosts = self._hosts()
        while not self._stop.is_set():
            host = next(hosts)
            try:
                self._serve(host, backoff)
            except (*NO_LINE, QueueStandsStill) as error:
                self._tell_down(host, error)
            finally:
                self._line = None
            self._stop.wait(backoff.next_s())

    def _hosts(self) -> Iterator[str]:
        """Every host in turn without end, from any one on."""
        hosts = self._endpoint.hosts
        first = random.randrange(len(hosts))
        return itertools.cycle((*hosts[first:], *hosts[:first]))

    def _serve(self, host: str, backoff: Backoff) -> None:
        """Take what one host has, until the line breaks or we are asked to stop."""
        connection = pika.BlockingConnection(self._parameters(host))
        try:
            line = _Line(connection, self._prefetch)
            for number in range(self._queues.count):
                line.consume(NAME.format(number), priority(number, self._queues))
            standstill = Standstill(own(self._queues), partial(self._waiting, host))
            self._line, self._told = line, ""
            backoff.reset()
            tell("INFO", "connected", link="queues", host=host)
            while not self._stop.is_set():
                connection.process_data_events(LOOK_S)
                self._queue.put(*line.taken())
                line.check()
                standstill.check(line.came_s if line.is_settled else None)
        except QueueStandsStill:
            # To close is to wait for the broker's side of the channel, which may be what stands. pika has no other way.
            self._line = None
            connection._impl._transport.abort()
            raise
        except BaseException:
            self._leave(connection)
            raise
        else:
            self._leave(connection)

    def _leave(self, connection: pika.BlockingConnection) -> None:
        self._line = None
        with suppress(AMQPError):
            connection.close()

    def _waiting(self, host: str, names: Sequence[str]) -> dict[str, int]:
        """Ask by a connection of its own how many batches wait in queues: the line may be what does not work."""
        with suppress(*NO_LINE), closing(pika.BlockingConnection(self._parameters(host))) as connection:
            channel = connection.channel()
            return {name: channel.queue_declare(name, passive=True).method.message_count for name in names}
        return {}

    def _parameters(self, host: str) -> pika.ConnectionParameters:
        endpoint = self._endpoint
        tls = None
        if endpoint.ca_file is not None:
            tls = pika.SSLOptions(ssl.create_default_context(cafile=str(endpoint.ca_file)), host)
        return pika.ConnectionParameters(
            host,
            self._queues.port,
            credentials=pika.PlainCredentials(endpoint.user, self._password),
            heartbeat=HEARTBEAT_S,
            socket_timeout=CONNECT_WITHIN_S,
            stack_timeout=FRAMES_WITHIN_S,
            blocked_connection_timeout=FRAMES_WITHIN_S,
            ssl_options=tls,
        )

    def _tell_down(self, host: str, error: BaseException) -> None:
        why = error if isinstance(error, OSError) else None
        detail = sentence(why, host, self._queues.port, self._endpoint.ca_file) if why else f"{host}: {error!r}"
        if self._told != detail:
            self._told = detail
            tell("WARNING", "link-down", link="queues", detail=detail, next="trying the next host")


class _Line:
    """One connection: what came by it and waits to be handed on, and how far it is acknowledged."""

    def __init__(self, connection: Any, prefetch: int) -> None:
        self._connection = connection
        self._channel: BlockingChannel = connection.channel()
        self._channel.basic_qos(prefetch_count=prefetch)
        self._channel.add_on_cancel_callback(self._cancel)
        self._came: list[Delivery] = []
        self._committed: deque[int] = deque()
        self._waiting: set[int] = set()
        """Committed before one that came earlier: acknowledged with it."""
        self._through = self._newest = 0
        """The last of all that are acknowledged, and of all that came."""
        self._is_cancelled = False
        self.came_s: dict[str, float] = {}
        """When each queue gave something last, or began to be asked."""

    def consume(self, name: str, priority: int) -> None:
        """Ask for what a queue has."""
        self._channel.basic_consume(name, self._take, arguments={"x-priority": priority}, consumer_tag=name)

    def taken(self) -> list[Delivery]:
        """What came since."""
        came, self._came = self._came, []
        return came

    @property
    def is_settled(self) -> bool:
        """Whether all that came is acknowledged, so that the broker may give more."""
        return self._through == self._newest

    def check(self) -> None:
        """Raise ConsumerCancelled where the broker gives us a queue no more."""
        if self._is_cancelled:
            raise ConsumerCancelled

    def settle(self) -> None:
        """Have the connection's thread acknowledge what is committed; nothing to do once it is closed."""
        tags = [self._committed.popleft() for _ in range(len(self._committed))]
        if tags:
            with suppress(AMQPError):
                self._connection.add_callback_threadsafe(partial(self._acknowledge, tags))

    def _take(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._newest = method.delivery_tag
        self.came_s[method.consumer_tag] = time.monotonic()
        topic = method.routing_key.replace(".", "/")
        acknowledge = partial(self._committed.append, method.delivery_tag)
        self._came.append(Delivery(topic, body, time.time(), acknowledge))

    def _cancel(self, frame: Any) -> None:
        self._is_cancelled = True

    def _acknowledge(self, tags: Sequence[int]) -> None:
        """Acknowledge as far as all is committed, in one frame (AMQP 0-9-1, basic.ack, multiple)."""
        self._waiting.update(tags)
        through = self._through
        while through + 1 in self._waiting:
            through += 1
            self._waiting.remove(through)
        if through > self._through:
            self._through = through
            self._channel.basic_ack(through, multiple=True)


def priority(number: int, queues: Queues) -> int:
    """With what priority a worker asks for a queue: each queue has an order of its own of all workers."""
    return queues.workers - (number - queues.worker) % queues.workers


def own(queues: Queues) -> list[str]:
    """Return the queues of which this worker is the first: where its line stands, it is the active one there."""
    return [NAME.format(number) for number in range(queues.count) if priority(number, queues) == queues.workers]
