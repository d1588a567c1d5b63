"""A random walk of node, broker and edge agent over the real outbox, delivery tracking and sequence state classes
(reliability.md, 6).

The node's flash is a folder in memory and its clock counts steps; the broker is a model of what Mosquitto does when it
is killed: queue and retained ack are gone, or those of an old save come back. The edge agent is the receiving half:
sequence states and packs that it has committed, and what it has taken since and loses when it is killed.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from firmware.node.clock import Clock
from firmware.node.outbox import Outbox, Unreadable
from firmware.node.tracking import Tracking
from wire.sequence import DUPLICATE, SequenceState

SEGMENT_BYTES = 256
ROOMY_BYTES, TIGHT_BYTES = 1_000_000, 600
RESEND_AFTER_STEPS = 15
REORDER = 6
CLOCK = Clock(1, {})
DRAIN_STEPS = 20_000


class Pack(NamedTuple):
    """What travels: `value` is None in a void pack."""

    epoch: str
    seq: int
    oldest_unacked: int
    value: bytes | None
    dropped: int


class HighestSeq(SequenceState):
    """The negative control: the ack is the highest seq stored, whatever is missing below it."""

    __slots__ = ()

    @property
    def through(self) -> int:
        return self.high


class Broker:
    """The queue for the agent, what the agent has not acknowledged yet, and the node's retained ack."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.queue: list[Pack] = []
        self.taken: list[Pack] = []
        self.ack: tuple[str, int] | None = None
        self.save: tuple[list[Pack], tuple[str, int] | None] = ([], None)

    def accept(self, pack: Pack) -> None:
        """Queue a pack, or drop it silently when the queue is full: the sender gets its PUBACK all the same."""
        if len(self.queue) < self.limit:
            self.queue.append(pack)

    def give_back(self) -> None:
        """The agent has gone: what it did not acknowledge comes again."""
        self.queue[:0] = self.taken
        self.taken = []

    def kill(self, has_save: bool) -> None:
        """Forget everything, or come back with what was saved long ago."""
        queue, ack = self.save if has_save else ([], None)
        self.queue, self.taken, self.ack = list(queue), [], ack


class Agent:
    """The receiving half of the edge agent: `stored` and `states` are on disk, the rest is in memory."""

    def __init__(self, kind: type[SequenceState]) -> None:
        self.kind = kind
        self.stored: dict[int, bytes | None] = {}
        self.state: list[object] | None = None
        self.sequence_state: SequenceState | None = None
        self.fresh: dict[int, bytes | None] = {}
        self.epoch = ""

    def take(self, pack: Pack) -> None:
        self.epoch = pack.epoch
        is_void = pack.value is None
        if self.sequence_state is None:
            self.sequence_state = self.kind.begin(pack.seq, pack.oldest_unacked, is_void, pack.dropped)
            self.fresh[pack.seq] = pack.value
        elif self.sequence_state.receive(pack.seq, pack.oldest_unacked, is_void, pack.dropped) != DUPLICATE:
            self.fresh[pack.seq] = pack.value

    def commit(self) -> None:
        if self.sequence_state is not None:
            self.stored.update(self.fresh)
            self.state, self.fresh = self.sequence_state.state(), {}

    def kill(self) -> None:
        self.fresh = {}
        self.sequence_state = None if self.state is None else self.kind.from_state(self.state)

    def ack(self) -> tuple[str, int] | None:
        """The ack of what is on disk, never of what is in memory."""
        return None if self.state is None else (self.epoch, self.kind.from_state(self.state).through)


class Walk:
    """One walk; `losses()` afterwards names every pack that nobody can account for."""

    def __init__(self, folder: Path, seed: int, kind: type[SequenceState] = SequenceState) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        self.limit_bytes = self.random.choice((ROOMY_BYTES, ROOMY_BYTES, TIGHT_BYTES))
        self.broker = Broker(self.random.choice((1_000_000, 10)))
        self.agent = Agent(kind)
        self.now = 0
        self.produced: dict[int, bytes] = {}
        self.dropped: set[int] = set()
        self.damaged: set[int] = set()
        self.pubacks: list[int] = []
        self.packet_id = 0
        self.start_node()
        self.actions = self._actions()

    def _actions(self) -> list[Callable[[], None]]:
        often = [self.produce] * 8 + [self.send] * 8 + [self.hear] * 5 + [self.take] * 6 + [self.commit] * 3
        return [*often, self.kill_node, self.kill_agent, self.kill_broker, self.save_broker, self.lose_line]

    def run(self, steps: int) -> None:
        """Walk at random, then let everything drain without faults."""
        for _ in range(steps):
            self.now += 1
            self.random.choice(self.actions)()
        self.broker.limit = 1_000_000
        self.drain()

    def drain(self) -> None:
        self.lose_line()
        for _ in range(DRAIN_STEPS):
            if self.tracking.is_drained:
                return
            self.now += 1
            for action in (self.send, self.take, self.commit, self.hear):
                action()
        raise AssertionError(f"not drained: kept {self.box.oldest_unacked} of {self.box.next_seq}")

    def start_node(self) -> None:
        self.box = Outbox(str(self.folder), self.limit_bytes, SEGMENT_BYTES)
        self.tracking = Tracking(self.box, RESEND_AFTER_STEPS)
        self.connect_node()

    def connect_node(self) -> None:
        """PUBACKs on the way are lost; the retained ack is read first, as the firmware does."""
        self.pubacks = []
        self.tracking.connected()
        self.hear_ack()

    def produce(self) -> None:
        dropped_before = self.box.dropped
        value = b"%012d" % self.random.getrandbits(32)
        self.produced[self.box.append(value)] = value
        count = self.box.dropped - dropped_before
        self.dropped.update(range(self.box.oldest_unacked - count, self.box.oldest_unacked))

    def send(self) -> None:
        for _ in range(self.random.randint(1, 8)):
            seq = self.tracking.due(self.now)
            if seq is None:
                return
            try:
                value: bytes | None = self.box.read(seq)
            except Unreadable:
                value = None
            self.packet_id += 1
            self.tracking.published(self.packet_id, seq)
            self.broker.accept(Pack(self.box.epoch, seq, self.box.oldest_unacked, value, self.box.dropped))
            self.pubacks.append(self.packet_id)

    def hear(self) -> None:
        """Some PUBACKs arrive, and the ack that the broker holds."""
        for _ in range(self.random.randint(0, len(self.pubacks))):
            self.tracking.acknowledged(self.pubacks.pop(0))
        self.hear_ack()

    def hear_ack(self) -> None:
        if self.broker.ack is not None:
            self.tracking.acked(*self.broker.ack, self.now, None, CLOCK)

    def take(self) -> None:
        """The agent takes some packs, not always in their order."""
        for _ in range(min(self.random.randint(1, 12), len(self.broker.queue))):
            pack = self.broker.queue.pop(self.random.randrange(min(REORDER, len(self.broker.queue))))
            self.broker.taken.append(pack)
            self.agent.take(pack)

    def commit(self) -> None:
        """Disk first, then the acknowledgement to the broker, then the ack to the node."""
        self.agent.commit()
        self.broker.taken = []
        self.broker.ack = self.agent.ack() or self.broker.ack

    def kill_node(self) -> None:
        """Cursors in memory are gone; a power cut may tear the last record or flip a bit of an older one."""
        if self.random.random() < 0.4:
            self.tear()
        if self.random.random() < 0.2:
            self.flip()
        self.start_node()

    def tear(self) -> None:
        segments = self.segments()
        if segments:
            with segments[-1].open("ab") as file:
                file.write(self.random.randbytes(self.random.randint(1, 40)))

    def flip(self) -> None:
        """Damage one record in the middle of a segment; its pack can only be accounted for as unreadable."""
        for seq, value in self.produced.items():
            for segment in self.segments() if seq >= self.box.oldest_unacked and self.random.random() < 0.05 else ():
                data = segment.read_bytes()
                if value in data:
                    segment.write_bytes(data.replace(value, bytes([value[0] ^ 1]) + value[1:]))
                    self.damaged.add(seq)
                    return

    def segments(self) -> list[Path]:
        return sorted(self.folder / name for name in os.listdir(self.folder) if name[0] == "s")

    def kill_agent(self) -> None:
        self.agent.kill()
        self.broker.give_back()
        self.broker.ack = self.agent.ack() or self.broker.ack

    def kill_broker(self) -> None:
        """Everybody connects again: the agent publishes its newest ack, the node reads what is retained first."""
        self.broker.kill(has_save=self.random.random() < 0.5)
        if self.random.random() < 0.5:
            self.connect_node()
            self.broker.ack = self.agent.ack() or self.broker.ack
        else:
            self.broker.ack = self.agent.ack() or self.broker.ack
            self.connect_node()

    def save_broker(self) -> None:
        self.broker.save = (list(self.broker.queue), self.broker.ack)

    def lose_line(self) -> None:
        self.connect_node()

    def losses(self) -> list[int]:
        """Packs that were produced and are neither stored as they were, nor counted as dropped, nor damaged by us."""
        excused = self.dropped | self.damaged
        return [
            seq for seq, value in self.produced.items() if self.agent.stored.get(seq) != value and seq not in excused
        ]

    def counts(self) -> dict[str, int]:
        """The ledger of the agent."""
        return {} if self.agent.sequence_state is None else self.agent.sequence_state.counts()
