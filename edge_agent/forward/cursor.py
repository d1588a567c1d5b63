"""The cursor: which batch goes next, oldest first with a share for the newest, within a window that marks open.

While a backlog drains, what is new would wait behind it for minutes. So batches written after the window filled up go
ahead in a lane of their own: one of them for each turn of the backlog, and no more than LIVE_UNMARKED between two moves
of the mark. The mark is contiguous and cannot cover them yet; that it moves shows that the centre takes what we send,
so that no broker's queue grows without bound. When the backlog has come up to the lane, both are one again. A data
budget that is spent opens the lane too: what it gives later is shared by the oldest and the newest in turns.
"""

from collections import deque
from typing import Final

from wire import limits

MAX_UNMARKED_BYTES: Final = 2 * 1024 * 1024  # paho holds what is not yet PUBACKed in memory
LIVE_UNMARKED: Final = 16
BACKLOG_UNMARKED: Final = limits.MAX_UNMARKED - LIVE_UNMARKED


class Cursor:
    """A window over seqs with a patience that doubles; times are monotonic seconds."""

    def __init__(self, kept: int, resend_after_s: float) -> None:
        self.next_seq = kept
        self._unmarked: deque[int] = deque()  # sizes of the batches from the kept one up to `next_seq`
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
        if len(self._unmarked) < BACKLOG_UNMARKED and sum(self._unmarked) < MAX_UNMARKED_BYTES:
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
        self._unmarked.append(size)
        if self._lane is not None:
            self._lane.turn = True
            self._join()

    def marked(self, kept: int, now_s: float) -> None:
        """The mark has moved: everything below `kept` is free."""
        while self._unmarked and self.next_seq - len(self._unmarked) < kept:
            self._unmarked.popleft()
        if self.next_seq < kept:
            self.next_seq = kept
        if self._lane is not None:
            self._lane.credit, self._lane.turn = LIVE_UNMARKED, True
            self._join()
        self._factor = 1
        self._progress_s = now_s if self._unmarked else None

    def answered(self) -> None:
        """The centre spoke though no mark moved: it is alive, and what it misses need not wait for long patience."""
        self._factor = 1

    def is_stuck(self, now_s: float) -> bool:
        """Whether something is sent and no mark has moved for as long as patience lasts."""
        return self._progress_s is not None and now_s - self._progress_s >= self._resend_after_s * self._factor

    def lose_patience(self, kept: int, now_s: float) -> None:
        """Start again from the oldest kept batch and wait twice as long next time."""
        self._restart(kept)
        self._factor = min(self._factor * 2, limits.MAX_BACKOFF)
        self._progress_s = now_s

    def connected(self, kept: int, is_session_kept: bool, now_s: float) -> None:
        """A new session: patience begins anew, and a broker that has forgotten us has forgotten our batches too."""
        if not is_session_kept:
            self._restart(kept)
        self._factor = 1
        self._progress_s = now_s if self._unmarked else None

    def _join(self) -> None:
        """One lane again where the backlog has come up to it; what went ahead counts as sent and unmarked."""
        lane = self._lane
        if lane is not None and self.next_seq >= lane.first_seq:
            ahead = max(lane.next_seq - self.next_seq, 0)
            self._unmarked.extend([0] * ahead)
            self.next_seq = max(self.next_seq, lane.next_seq)
            self._lane = None

    def _restart(self, kept: int) -> None:
        self.next_seq = kept
        self._unmarked.clear()
        self._lane = None


class _Lane:
    """The batches that go ahead of a backlog."""

    def __init__(self, first_seq: int) -> None:
        self.first_seq = self.next_seq = first_seq
        self.credit = LIVE_UNMARKED
        self.turn = True

    def may_send(self, written: int) -> bool:
        return self.credit > 0 and self.next_seq < written

    def sent(self) -> None:
        self.next_seq += 1
        self.credit -= 1
        self.turn = False
