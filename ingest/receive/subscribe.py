"""The broker's side of ingest: MQTT 5, one shared subscription, nothing acknowledged before it is stored.

paho's network thread puts deliveries into the queue; when that is full the thread waits, the broker's window of
unacknowledged messages (ReceiveMaximum) fills, and the queue grows at the broker and then at the agents, on disk.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from ingest.receive.packets import Publication
from ingest.receive.reader import PacketClient
from ingest.settings import Settings
from ingest.values import Delivery, Queue
from runtime.log import log_of
from runtime.mqtt import Link, Terms
from wire import topics

SUBSCRIPTION: Final = topics.SHARE + "tw/1/+/_edge/+/batch"
STATES: Final = "tw/1/+/_edge/+/state"
"""Not shared: a shared subscription gets nothing that was retained (MQTT 5.0, 4.8.2). At QoS 0, nothing to settle."""
TIMES: Final = "tw/1/+/_edge/+/time"
"""At QoS 0: a question that had to wait would get a wrong answer."""
HELLOS: Final = "tw/1/+/_edge/+/hello"
"""At QoS 0: an agent without an answer repeats it. One of the processes answers; all of them where the brokers are a
cluster, which has no shared subscriptions (RabbitMQ 4.0): an agent takes the first answer."""
BATCH_LEAF: Final = "/batch"
STATE_LEAF: Final = "/state"
HELLO_LEAF: Final = "/hello"
KEEPALIVE_S: Final = 60
LEAST_WAIT_S: Final = 1.0
"""Less than a gateway's: what reaches a broker that forgot its sessions before ingest is back is dropped there, and
comes again only when the gateway's patience ends."""

tell = log_of(__name__)


HearState = Callable[[str, bytes, float | None], None]
HearHello = Callable[[str, bytes], None]
AnswerTime = Callable[[str, bytes], tuple[str, bytes] | None]


class BrokerSubscriber:
    """The connection to the broker. `subscribed()` is called each time the subscription stands (again).

    In paho's thread, `hear_state(topic, payload, when)` gets what agents say of themselves, and when they said it (Unix
    s; None: it was retained), `answer_time(topic, payload)` gives topic and payload of an answer, or None, and
    `hear_hello(topic, payload)` gets what agents say when they connect.
    """

    def __init__(
        self,
        settings: Settings,
        queue: Queue,
        subscribed: Callable[[], None],
        hear_state: HearState = lambda topic, payload, heard_s: None,
        answer_time: AnswerTime = lambda topic, payload: None,
        hear_hello: HearHello = lambda topic, payload: None,
    ) -> None:
        self._queue = queue
        self._hear_state, self._answer_time, self._hear_hello = hear_state, answer_time, hear_hello
        self._committed: deque[tuple[int, int]] = deque()
        """Connection and packet id of what is committed and not yet acknowledged."""
        terms = Terms(settings.receive_maximum, settings.session_expiry_s, KEEPALIVE_S, LEAST_WAIT_S)
        self._reader = PacketClient(settings.client_id, self._deliver)
        self._link = Link("broker", settings.broker, self._reader, tell, terms=terms, on_ready=subscribed)
        share = topics.SHARE if settings.queues is None else ""
        if settings.queues is None:
            self._link.subscribe(SUBSCRIPTION, 1)
        self._link.subscribe(STATES, 0)
        # Without these gateways cannot check their clocks, and rest on what is retained; all else goes on.
        self._link.subscribe(share + TIMES, 0, is_needed=False)
        self._link.subscribe(share + HELLOS, 0, is_needed=False)

    def start(self) -> None:
        """Connect in the background, again and again until it succeeds."""
        self._link.start()

    def stop(self) -> None:
        """Leave the broker in order; what is not acknowledged comes again at the next start."""
        self._link.close()

    @property
    def is_connected(self) -> bool:
        """Whether the line to the broker stands, and the broker gives us what we asked for."""
        return self._link.is_ready

    def settle(self) -> None:
        """Acknowledge all that is committed, in one write: the broker wakes up once and not for each message."""
        committed, current = [self._committed.popleft() for _ in range(len(self._committed))], self._link.connection
        packet_ids = [packet_id for connection, packet_id in committed if packet_id and connection == current]
        self._link.acknowledge(current, partial(self._reader.acknowledge, packet_ids))

    def publish(self, topic: str, payload: bytes) -> bool:
        """Publish retained at QoS 1 and say whether the line stood; nothing waits for the next one."""
        return self._link.publish(topic, payload, 1, True)

    def tell(self, topic: str, payload: bytes) -> bool:
        """Publish at QoS 0 for who listens now."""
        return self._link.publish(topic, payload, 0)

    def _deliver(self, published: Sequence[Publication]) -> None:
        now_s, committed = time.time(), self._committed.append
        batches = [one for one in published if one.topic.endswith(BATCH_LEAF)]
        if len(batches) < len(published):
            for one in published:
                self._hear(one, now_s)
        self._queue.put(
            *[
                Delivery(one.topic, one.payload, now_s, partial(committed, (self._link.connection, one.packet_id)))
                for one in batches
            ]
        )

    def _hear(self, one: Publication, now_s: float) -> None:
        """Take what is no batch."""
        if one.topic.endswith(STATE_LEAF):
            self._hear_state(one.topic, one.payload, None if one.is_retained else now_s)
        elif one.topic.endswith(HELLO_LEAF):
            self._hear_hello(one.topic, one.payload)
        elif not one.topic.endswith(BATCH_LEAF) and (answer := self._answer_time(one.topic, one.payload)):
            self._link.publish(*answer, 0)
