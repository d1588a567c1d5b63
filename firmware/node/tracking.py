"""Delivery tracking: which pack goes next, when to repeat, and what an ack frees (wire.md section 4).

Nothing here reads a socket or a clock: times are the caller's uptime in ms, so that sleep counts and a test needs none.
"""

from .loading import borrowed
from .outbox import Outbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .clock import Clock

MAX_UNACKED = 64
MAX_DOUBLINGS = 4  # the wait before a repeat grows up to 16 times

MOVED, STALE, FOREIGN, OTHER = "moved", "stale", "foreign", "other"


class Tracking:
    """The sending half of the acks, over one outbox.

    A pack is sent, PUBACKed (`outbox.sent` follows) and acknowledged (`outbox.oldest_unacked` follows); only the ack
    frees it.
    """

    def __init__(self, outbox: Outbox, resend_after_ms: int) -> None:
        self.outbox = outbox
        self.resend_after_ms = resend_after_ms
        self.next_seq = outbox.sent
        self.repeats = 0
        self.doublings = 0
        self._in_flight: dict[int, int] = {}  # packet id -> seq
        self._moved_ms = 0
        self._again = 0  # an ack from here on shows that what was repeated has arrived

    def connected(self) -> None:
        """A new connection: what got no PUBACK is sent again."""
        self._in_flight = {}
        self.next_seq = self.outbox.sent

    def due(self, now_ms: int) -> int | None:
        """The seq to publish now, or None. Goes back to *oldest_unacked* when no ack moved for too long."""
        box = self.outbox
        if self.next_seq <= box.oldest_unacked:
            self.next_seq = box.oldest_unacked  # nothing is out; what was dropped is skipped
            self._moved_ms = now_ms
        elif now_ms - self._moved_ms > self.resend_after_ms << self.doublings:
            self._repeat(now_ms)
        if self.next_seq >= box.next_seq or self.next_seq - box.oldest_unacked >= MAX_UNACKED:
            return None
        return self.next_seq

    def published(self, packet_id: int, seq: int) -> None:
        """`seq` went out as `packet_id`."""
        self._in_flight[packet_id] = seq
        self.next_seq = seq + 1

    def acknowledged(self, packet_id: int) -> None:
        """The broker has `packet_id`; that alone frees nothing."""
        self._in_flight.pop(packet_id, None)
        sent = min(self._in_flight.values()) if self._in_flight else self.next_seq
        self.outbox.sent = max(self.outbox.oldest_unacked, sent)

    def acked(self, epoch: str, through: int, now_ms: int, at_s: object, clock: "Clock") -> str:
        """Takes an ack; returns MOVED, or why it frees nothing: STALE, of a FOREIGN epoch, or of OTHER packs.

        The bound is what was written, not what was sent: an ack may overtake the PUBACK. One beyond it, or of a pack
        that has another time (`at_s`) here and is not sent, proves that this flash is an older copy, under whose epoch
        others were written before: it goes on in another one.
        """
        box = self.outbox
        if epoch != box.epoch:
            return FOREIGN
        if through < box.oldest_unacked:
            return STALE
        if through >= self.next_seq and borrowed("restored").has_begun_epoch(self, through, now_ms, at_s, clock):
            return OTHER
        box.free(through)
        self._moved_ms = now_ms
        if self.doublings and through >= self._again:
            # One step back, not to the start: repeats load a slow agent, and a full window without one has arrived.
            self.doublings -= 1
            self._again = self.next_seq
        self.next_seq = max(self.next_seq, box.oldest_unacked)
        return MOVED

    @property
    def in_flight(self) -> int:
        """Packs published on this connection and not yet PUBACKed."""
        return len(self._in_flight)

    @property
    def is_drained(self) -> bool:
        """Everything written is acknowledged."""
        return self.outbox.oldest_unacked >= self.outbox.next_seq

    def timer(self) -> list[int]:
        """The repeat timer, for memory that survives sleep."""
        return [self._moved_ms, self.doublings, self._again]

    def restore(self, timer: list[int]) -> None:
        """Goes on with the timer of before the sleep."""
        self._moved_ms, self.doublings, self._again = timer

    def _repeat(self, now_ms: int) -> None:
        self.repeats += 1
        self.doublings = min(self.doublings + 1, MAX_DOUBLINGS)
        self._again = self.next_seq
        self._in_flight = {}
        self.next_seq = self.outbox.oldest_unacked
        self._moved_ms = now_ms
