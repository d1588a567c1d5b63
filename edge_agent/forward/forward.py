"""The forwarder: batches go to the centre oldest first (with a share for the newest: `edge_agent.forward.cursor`), and
leave the buffer only by the centre's ack.

A batch gets its head (epoch, seq, kept) at each sending, for `oldest_unacked` must be true at that moment. At most
`wire.limits.MAX_UNACKED` batches are sent but unacknowledged. Without progress for `resend_after_s` sending starts
again from the oldest kept one, and waits twice as long each further time, up to 16 times, until an ack moves: with a
slow centre a fixed interval never drains. Where the centre has several brokers, it does so by the next one: the one
that it has may be one that the others went on without, which takes batches and brings no acks. What is over the data
budget (`edge_agent.forward.budget`) waits in the buffer.

An ack frees what it names by the number of its batch (`codec.chain`), and nothing else. One that names a batch of our
epoch that this buffer did not write proves that the buffer is an older copy of the one that wrote it, as a card that
was restored from its backup: numbers that the centre knows stand for other batches then, so all that is not
acknowledged goes out again in an epoch of its own.

An ack may say that the centre holds a batch back (`held`): that is told, until an ack has passed it.

A broker that has lost our session has lost the centre's too, and drops what it gets before the centre has subscribed
again. The centre says all its acks anew when it is back: the first ack after such a loss that is not a retained one
starts sending again, without waiting for patience to end.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from codec import batch, batch_ack, cborbatch, compression
from codec.batch_ack import BatchAck
from codec.chain import Link
from edge_agent.buffer.buffer import Buffer
from edge_agent.forward.budget import Budget
from edge_agent.forward.cursor import Cursor
from edge_agent.forward.held_batch import FIX, HeldBatch
from runtime.log import Log
from wire import BadPack, topics
from wire.protocol import PROTOCOL

MAX_WAITING_ACKS: Final = 16

Publish = Callable[[str, bytes, int, bool], bool]


class Forwarder:
    """Sends what the buffer holds. `heard` is called by the network thread, everything else by the worker."""

    def __init__(
        self,
        facility: str,
        agent: str,
        buffer: Buffer,
        publish: Publish,
        log: Log,
        resend_after_s: float,
        budget: Budget,
        now_ms: Callable[[], int],
        protocol: int = PROTOCOL,
        leave: Callable[[str], bool] = lambda why: False,
    ) -> None:
        self._facility, self._agent, self._protocol = facility, agent, protocol
        self._topic = topics.batch(facility, agent)
        self._buffer = buffer
        self._publish = publish
        self._leave, self._has_left = leave, False
        self._budget = budget
        self._log, self._now_ms = log, now_ms
        self._cursor = Cursor(buffer.oldest_unacked, resend_after_s)
        self._heard: deque[bytes] = deque(maxlen=MAX_WAITING_ACKS)  # only the newest matter
        self._is_answered = False
        self._waits_for_centre = False
        self._through = buffer.oldest_unacked - 1
        self.held: HeldBatch | None = None
        """What the centre holds back of what is here."""
        self._stranger = ""  # the other epoch that was told last
        self._session = 0

    def heard(self, payload: bytes, is_retained: bool = False) -> None:
        """Take an ack of the centre; the worker looks at it in `free`. A retained one was said before we came."""
        self._heard.append(payload)
        if not is_retained:
            self._is_answered = True

    def free(self, now_s: float) -> None:
        """Drop what the newest ack of our epoch covers. Raises CannotStore; the ack is then tried again.

        An ack of a batch that this buffer did not write begins another epoch.
        """
        while self._heard:
            self._take_ack(self._heard[0], now_s)
            self._heard.popleft()
        if self._through >= self._buffer.oldest_unacked:
            self._buffer.free(self._through)
            self._cursor.acked(self._buffer.oldest_unacked, now_s)

    def send_again(self, now_s: float) -> None:
        """Begin again with the oldest batch that is not acknowledged, as a person asked."""
        self._log("INFO", "sending-again", from_seq=self._buffer.oldest_unacked)
        self._cursor.connected(self._buffer.oldest_unacked, False, now_s)

    def send(self, session: int, is_session_kept: bool, now_s: float) -> None:
        """Send as far as the window goes, while the link is ready; `session` counts its connects."""
        if session != self._session:
            self._session = session
            self._is_answered, self._waits_for_centre = False, not is_session_kept
            self._cursor.connected(self._buffer.oldest_unacked, is_session_kept, now_s, is_ours=self._has_left)
            self._has_left = False
        if self._is_answered:
            self._is_answered = False
            self._cursor.answered()
            if self._waits_for_centre:
                self._waits_for_centre = False
                self._cursor.connected(self._buffer.oldest_unacked, False, now_s)
        if self._cursor.is_stuck(now_s):
            self._log("WARNING", "resending", from_seq=self._buffer.oldest_unacked, to_seq=self._cursor.next_seq - 1)
            self._cursor.lose_patience(self._buffer.oldest_unacked, now_s)
            if self._leave("it takes batches and brings no acks"):
                self._has_left = True
                return
        while (seq := self._cursor.take(self._buffer.next_seq)) is not None:
            if not self._budget.allows():
                self._cursor.refused(self._buffer.next_seq)
                return
            message = cborbatch.put_head(
                self._body(seq),
                self._facility,
                self._agent,
                self._buffer.epoch,
                seq,
                oldest_unacked=self._buffer.oldest_unacked,
                protocol=self._protocol,
                link=self._buffer.link(seq),
            )
            message = compression.squeezed(message)
            if not self._publish(self._topic, message, 1, False):
                return
            self._cursor.sent(seq, len(message), now_s)
            self._budget.spend(len(self._topic) + len(message))

    def _take_ack(self, payload: bytes, now_s: float) -> None:
        try:
            ack = batch_ack.decode(payload)
        except BadPack as error:
            self._log("ERROR", "bad-ack", error=error)
            return
        if ack.epoch != self._buffer.epoch:
            if ack.epoch != self._stranger:
                self._stranger = ack.epoch
                self._log("INFO", "ack-of-another-epoch", epoch=ack.epoch, own=self._buffer.epoch)
            return
        link = self._buffer.link(ack.through)
        if why := self._contradiction(ack, link):
            self._begin_epoch(why, now_s)
            return
        if link is not None and link.own == ack.chain:
            self._through = max(self._through, ack.through)
        self._look_at_held(ack)

    def _look_at_held(self, ack: BatchAck) -> None:
        """Take what the ack says of a batch that is held back; it is told when that begins, and when it is over."""
        seq, is_first = ack.held, self.held is None
        if seq is not None and self._through < seq < self._buffer.next_seq:
            if self.held is None or self.held.seq != seq:
                self.held = HeldBatch(seq, self._now_ms() if self.held is None else self.held.since_ms)
            if is_first:
                self._log("ERROR", "centre-holds-batch", seq=seq, reason="its quarantine is full", fix=FIX)
        elif self.held is not None and self._through >= self.held.seq:
            self._log("INFO", "centre-takes-batch", seq=self.held.seq)
            self.held = None

    def _contradiction(self, ack: BatchAck, link: Link | None) -> str:
        """Why the centre has batches of our epoch that this buffer did not write; empty where it shows none.

        link: of the batch that the ack names, None where that is not here any more.
        """
        if ack.differs is not None:
            return f"the centre has another batch under {ack.differs} or beside it"
        if ack.through >= self._buffer.next_seq:
            return f"the centre has batch {ack.through}, the last one written here is {self._buffer.next_seq - 1}"
        if link is not None and ack.chain is not None and link.own != ack.chain:
            return f"the centre has another batch {ack.through}"
        return ""

    def _begin_epoch(self, why: str, now_s: float) -> None:
        buffer, before = self._buffer, self._buffer.epoch
        buffer.begin_epoch(self._now_ms())
        self._through, self.held = buffer.oldest_unacked - 1, None
        self._cursor.connected(buffer.oldest_unacked, False, now_s)
        self._log(
            "ERROR",
            "buffer-restored",
            reason=why,
            before=before,
            epoch=buffer.epoch,
            sends_again=buffer.next_seq - buffer.oldest_unacked,
            next="what the gateway wrote after the copy and had not sent yet is lost with the disk",
        )

    def _body(self, seq: int) -> bytes:
        """A batch as stored; one that the disk has spoilt goes empty, for its seq must not stay a hole for ever."""
        body = self._buffer.batch(seq)
        if body is None:
            self._log("ERROR", "batch-unreadable", seq=seq)
            return batch.encode(
                batch.Batch(self._facility, self._agent, self._buffer.epoch, seq, self._buffer.oldest_unacked)
            )
        return body
