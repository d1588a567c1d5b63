"""The values that the rooms of ingest hand to each other."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec
import psycopg

from codec.batch import Batch
from codec.chain import Link
from codec.columns import Share
from runtime.queue import BoundedQueue
from wire import clock
from wire.protocol import PROTOCOL

MS_PER_S: Final = 1000

MAX_TIMES: Final = 100
"""Times of receipt that are kept at a time: what came together has one."""

Connection = psycopg.Connection[tuple[Any, ...]]


class Delivery(msgspec.Struct, frozen=True):
    """One message of the broker. `acknowledge()` says that its content is committed, never before it is."""

    topic: str
    payload: bytes
    received_s: float
    acknowledge: Callable[[], None]


Queue = BoundedQueue[Delivery]
"""Between the broker's thread and the worker."""


def queue_of(limit_bytes: int) -> Queue:
    """An empty queue that holds payloads of so many bytes."""
    return BoundedQueue(limit_bytes, lambda one: len(one.payload))


class BatchHead(msgspec.Struct, frozen=True):
    """Which batch of its sender a message is."""

    epoch: str
    seq: int
    oldest_unacked: int
    link: Link
    """Which content stands under this number; of its own making where the agent states none."""


class BatchPlace(NamedTuple):
    """Which batch of which agent something came with; epoch '' and seq -1 where not even its head could be read."""

    facility: str
    agent: str
    epoch: str
    seq: int


class RefusedMessage(msgspec.Struct, frozen=True):
    """What goes to quarantine: who sent it, why it was refused, what helps, and the bytes.

    Refused readings are one document (`ingest.store.refused_readings`) of so many `readings` of these `channels`.
    """

    facility: str
    sender: str
    received_s: float
    reason: str
    field: str
    fix: str
    raw: bytes
    size_bytes: int
    stage: str = "ingest"
    epoch: str | None = None
    seq: int | None = None
    readings: int = 0
    channels: tuple[str, ...] = ()
    place: BatchPlace | None = None
    """Of the batch that brought it; None: nothing came, it was in quarantine before."""


class Arrival(msgspec.Struct, frozen=True):
    """A decoded delivery: `batch` is None when it could not be read, then `refused` says why.

    `head` is None when not even its place in the sender's sequence could be read: no ack will cover it.
    """

    facility: str
    agent: str
    received_s: float
    head: BatchHead | None
    batch: Batch | None
    share: Share | None = None
    """The observations of the batch, column by column."""
    refused: Sequence[RefusedMessage] = ()
    protocol: int = PROTOCOL
    """What its head states."""
    payload: bytes = b""
    """What came."""

    @property
    def sender(self) -> str:
        return f"_edge/{self.agent}"

    @property
    def place(self) -> BatchPlace:
        epoch, seq = (self.head.epoch, self.head.seq) if self.head else ("", -1)
        return BatchPlace(self.facility, self.agent, epoch, seq)

    @property
    def row_count(self) -> int:
        return self.share.end - self.share.first if self.share else 0


@lru_cache(MAX_TIMES)
def latest_time_ms(received_s: float) -> int:
    """The latest time that what was received then can rightly have [Unix ms]."""
    return clock.latest_ms(round(received_s * MS_PER_S))


class Ack(msgspec.Struct, frozen=True):
    """What is stored of an agent's batches: every seq of this epoch up to `through`.

    `chain`, `differs` and `held` are those of `codec.batch_ack`.
    """

    facility: str
    agent: str
    epoch: str
    through: int
    chain: str | None = None
    differs: int | None = None
    held: int | None = None
