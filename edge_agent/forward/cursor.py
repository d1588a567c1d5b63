"""The cursor: which batch goes next, oldest first with a share for the newest, within a window that acks open.

While a backlog drains, what is new would wait behind it for minutes. So batches written after the window filled up go
ahead in a lane of their own: one of them for each turn of the backlog, and no more than LIVE_UNACKED between two moves
of the ack. The ack is contiguous and cannot cover them yet; that it moves shows that the centre takes what we send,
so that no broker's queue grows without bound. When the backlog has come up to the lane, both are one again. A data
budget that is spent opens the lane too: what it gives later is shared by the oldest and the newest in turns.
"""

from collections import deque
from typing import Final

from wire import limits

MAX_UNACKED_BYTES: Final = 2 * 1024 * 1024  # paho holds what is not yet PUBACKed in memory
LIVE_UNACKED: Final = 16
BACKLOG_UNACKED: Final = limits.MAX_UNACKED - LIVE_UNACKED


class Cursor:
    """A window over seqs with a patience that doubles; times are monotonic seconds."""

    def __init__(self, oldest_unacked: int, resend_after_s: float) -> None:
        self.next_seq = oldest_unacked
        self._unacked: deque[int] = deque()  # sizes of the batches from the kept one up to `next_seq`
        self._resend_after_s = resend_after_s
        self._factor = 1
        self._progress_s: float | None = None
        self._lane: _Lane | None = None

    def take(self, written: int) -> int | None:
        """The seq that may go now, None when none may; `written` is the first seq that does not exist yet."""
        lane = self._lane
        ahead = lane.next_seq if lane is not None and lane.may_send(written) else None
        if ahead is not None and lane is not None and lane.turn:
            return ahead
        if self.next_seq >= written:
            return None
        if len(self._unacked) < BACKLOG_UNACKED and sum(self._unacked) < MAX_UNACKED_BYTES:
            return self.next_seq
        if lane is None:
            self._lane = _Lane(written)
        return ahead

    def refused(self, written: int) -> None:
        """The data budget has no room for the batch that `take` named: what is written from now on goes ahead."""
        if self._lane is None and self.next_seq < written:
            self._lane = _Lane(written)

    def sent(self, seq: int, size: int, now_s: float) -> None:
        """The batch that `take` named has gone."""
        if self._lane is not None and seq != self.next_seq:
            self._lane.sent()
            return
        if self._progress_s is None:
            self._progress_s = now_s
        self.next_seq += 1
        self._unacked.append(size)
        if self._lane is not None:
            self._lane.turn = True
            self._join()

    def acked(self, oldest_unacked: int, now_s: float) -> None:
        """The ack has moved: everything below `oldest_unacked` is free."""
        while self._unacked and self.next_seq - len(self._unacked) < oldest_unacked:
            self._unacked.popleft()
        if self.next_seq < oldest_unacked:
            self.next_seq = oldest_unacked
        if self._lane is not None:
            self._lane.credit, self._lane.turn = LIVE_UNACKED, True
            self._join()
        self._factor = 1
        self._progress_s = now_s if self._unacked else None

    def answered(self) -> None:
        """The centre spoke though no ack moved: it is alive, and what it misses need not wait for long patience."""
        self._factor = 1

    def is_stuck(self, now_s: float) -> bool:
        """Whether something is sent and no ack has moved for as long as patience lasts."""
        return self._progress_s is not None and now_s - self._progress_s >= self._resend_after_s * self._factor

    def lose_patience(self, oldest_unacked: int, now_s: float) -> None:
        """Start again from the oldest kept batch and wait twice as long next time."""
        self._restart(oldest_unacked)
        self._factor = min(self._factor * 2, limits.MAX_BACKOFF)
        self._progress_s = now_s

    def connected(self, oldest_unacked: int, is_session_kept: bool, now_s: float, is_ours: bool = False) -> None:
        """A new session: patience begins anew, but for one that we began for want of an ack (`is_ours`).

        A broker that has forgotten us has forgotten our batches too.
        """
        if not is_session_kept:
            self._restart(oldest_unacked)
        self._factor = self._factor if is_ours else 1
        self._progress_s = now_s if self._unacked else None

    def _join(self) -> None:
        """One lane again where the backlog has come up to it; what went ahead counts as sent and unacknowledged."""
        lane = self._lane
        if lane is not None and self.next_seq >= lane.first_seq:
            ahead = max(lane.next_seq - self.next_seq, 0)
            self._unacked.extend([0] * ahead)
            self.next_seq = max(self.next_seq, lane.next_seq)
            self._lane = None

    def _restart(self, oldest_unacked: int) -> None:
        self.next_seq = oldest_unacked
        self._unacked.clear()
        self._lane = None


class _Lane:
    """The batches that go ahead of a backlog."""

    def __init__(self, first_seq: int) -> None:
        self.first_seq = self.next_seq = first_seq
        self.credit = LIVE_UNACKED
        self.turn = True

    def may_send(self, written: int) -> bool:
        return self.credit > 0 and self.next_seq < written

    def sent(self) -> None:
        self.next_seq += 1
        self.credit -= 1
        self.turn = False
