"""The ways of a stretch into the database that are compared: COPY, the store without the broker, and ingest itself."""

import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bench import kernel
from bench.figures import WrongResult
from bench.plant import AGENT, FACILITY, PER_NODE
from bench.raw_client import RECEIVE_MAXIMUM, SESSION_EXPIRY_S, TAKER, Bare
from bench.sender import ACKED_WITHIN_S, Sender
from bench.stretch import EPOCH, MINUTE_S, Stretch, batched, copy_parts, messages
from bench.testbed import USER, Connection, Testbed
from ingest import revisions
from ingest.database import DatabaseLink
from ingest.receive.gather import gather
from ingest.store import Store, delivery_tracking
from ingest.values import Ack, Delivery, queue_of
from tailwatch.ports import LOOPBACK
from tailwatch.servers.database import ADMIN, INGEST
from wire import topics

COPY: Final = """
COPY observation (datastream_id, phenomenon_time, result, quality, tests, cfg) FROM STDIN (FORMAT BINARY)"""
BACKENDS: Final = "SELECT pid FROM pg_stat_activity WHERE application_name = 'tailwatch ingest'"
GATHER_ROWS: Final = 80_000
"""As in the settings of ingest."""
GATHER_S: Final = 0.1
QUEUE_BYTES: Final = 64 << 20
LATE_AFTER_S: Final = 3600
BATCH_TOPIC: Final = topics.batch(FACILITY, AGENT)
ALONE_TOPIC: Final = "bench/alone"
ACK_TOPIC: Final = topics.agent_ack(FACILITY, AGENT)


class Limit:
    """COPY of the same rows, sorted by the primary key, into the same table, 20,000 rows a transaction."""

    def __init__(self, ground: Testbed) -> None:
        self._ground = ground
        self._connection = ground.connect()

    def cpu_s(self) -> float:
        """Processor time of its backend of the database so far [s]."""
        return kernel.cpu_s(self._connection.info.backend_pid)

    def rate(self, times: int, datastreams: int = 1000, step_s: int = MINUTE_S) -> float:
        """Rows/s of a fresh stretch."""
        return self.store(self._ground.stretch(times, datastreams, step_s))

    def store(self, stretch: Stretch) -> float:
        """Rows/s of this stretch."""
        return copied_per_s(self._connection, stretch, self._ground.ids)


def copied_per_s(connection: Connection, stretch: Stretch, ids: npt.NDArray[np.int32]) -> float:
    """Rows/s of a stretch by COPY, 20,000 rows a transaction; ids: keys of its datastreams."""
    parts = copy_parts(stretch, ids)
    start_s = time.monotonic()
    for part in parts:
        with connection.transaction(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(part)
    return stretch.rows / (time.monotonic() - start_s)


class InProcess:
    """Gathering, decoding and storing in this process, one after the other: ingest without broker and threads."""

    def __init__(self, ground: Testbed) -> None:
        self._ground = ground
        self._store = Store(LATE_AFTER_S, revisions.take_verdicts)
        conninfo = ground.site.database.conninfo(INGEST)
        self._line = DatabaseLink(conninfo, threading.Event(), self._store.greet)
        ground.at_end(self._line.close)

    def rate(self, stretch: Stretch, late_share: float = 0.0) -> float:
        """Rows/s of the stretch; raises WrongResult when not every row is new."""
        made = messages(stretch, self._ground.numbers, late_share=late_share)
        before = self._ground.rows_told()
        start_s = time.monotonic()
        for some in batched(made, GATHER_ROWS // PER_NODE):
            queue = queue_of(QUEUE_BYTES)
            for payload in some:
                queue.put(Delivery(BATCH_TOPIC, payload, time.time(), _nothing))
            taken = 0
            while taken < len(some):
                group = gather(queue, GATHER_ROWS, GATHER_S)
                delivery_tracking.take(self._line, self._store, group, _tell_nobody)
                taken += len(group)
        seconds = time.monotonic() - start_s
        if (stored := self._ground.rows_told() - before) != stretch.rows:
            raise WrongResult(f"{stored} of {stretch.rows} rows are new")
        return stretch.rows / seconds


def _nothing() -> None:
    """Nobody waits for this delivery."""


def _tell_nobody(told: Sequence[Ack]) -> None:
    """No agent listens to these acks."""


class BrokerAlone:
    """A client that does nothing publishes some messages and takes them back: more cannot come through the broker."""

    def __init__(self, ground: Testbed, payloads: Sequence[bytes]) -> None:
        self._bare = Bare(ground)
        self._messages = [(ALONE_TOPIC, payload) for payload in payloads]

    def rate(self) -> float:
        """Messages/s in and out, one after the other: the broker has one thread for both."""
        self._bare.subscribe(ALONE_TOPIC)
        seconds = self._bare.publish(self._messages)
        return len(self._messages) / (seconds + self._bare.take(len(self._messages)))


class PahoAlone:
    """The same with a client of paho that takes the messages and does nothing: what a usual program can hear."""

    def __init__(self, ground: Testbed, payloads: Sequence[bytes]) -> None:
        self._bare = Bare(ground)
        self._port, self._password = ground.site.broker.port, ground.password
        self._messages = [(ALONE_TOPIC, payload) for payload in payloads]

    def rate(self) -> float:
        """Messages/s in and out."""
        self._bare.subscribe(ALONE_TOPIC)
        seconds = self._bare.publish(self._messages)
        return len(self._messages) / (seconds + self._take(len(self._messages)))

    def _take(self, count: int) -> float:
        numbers, is_done = iter(range(1, count + 1)), threading.Event()
        client = mqtt.Client(CallbackAPIVersion.VERSION2, TAKER.decode(), protocol=mqtt.MQTTv5)
        client.username_pw_set(USER, self._password)
        client.on_message = lambda *_: is_done.set() if next(numbers) == count else None
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        start_s = time.monotonic()
        client.connect(LOOPBACK, self._port, clean_start=False, properties=properties)
        client.loop_start()
        is_whole = is_done.wait(ACKED_WITHIN_S)
        seconds = time.monotonic() - start_s
        client.disconnect()
        client.loop_stop()
        if not is_whole:
            raise WrongResult(f"paho does not hear {count} messages")
        return seconds


class ThroughBroker:
    """The running ingest drains what was queued for it at the broker while it was frozen."""

    def __init__(self, ground: Testbed, sender: Sender) -> None:
        self.program = ground.ingest()
        self._ground, self._sender, self._bare = ground, sender, Bare(ground)
        self._admin = ground.connect(ADMIN)

    def cpu_s(self) -> float:
        """Processor time of the program and of its backends of the database so far [s]."""
        return self.program.cpu_s() + sum(kernel.cpu_s(pid) for (pid,) in self._admin.execute(BACKENDS).fetchall())

    def seconds(self, payloads: Sequence[bytes], epoch: str = EPOCH) -> float:
        """From the thaw until the ack says that all is committed [s]."""
        with self.program.frozen():
            self._bare.publish([(BATCH_TOPIC, payload) for payload in payloads])
            start_s = time.monotonic()
        wanted = {ACK_TOPIC: (epoch, self._ground.numbers.last(epoch))}
        return self._sender.wait_for_acks(wanted) - start_s

    def rate(
        self, minutes: int, packs_a_batch: int = 1, readings_a_pack: int = PER_NODE, is_cbor: bool = False
    ) -> float:
        """Rows/s of a fresh stretch; raises WrongResult when not every row is new."""
        stretch = self._ground.stretch(minutes)
        made = partial(messages, packs_a_batch=packs_a_batch, readings_a_pack=readings_a_pack, is_cbor=is_cbor)
        before = self._ground.rows_told()
        seconds = self.seconds(made(stretch, self._ground.numbers))
        if (stored := self._ground.rows_told() - before) != stretch.rows:
            raise WrongResult(f"{stored} of {stretch.rows} rows are new")
        return stretch.rows / seconds
