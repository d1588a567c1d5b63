"""The contact with the centre: when it answered last, and whether it has been silent for too long.

A gateway with something to send counts from the last acknowledgement: a centre that answers and stores nothing is as
good as dead. With nothing to send, an answer to the question for the time is a sign of life. Time passes only while the
agent runs, so a gateway that was without power does not cry at its start; silence that stood then still stands. A
gateway that never had a centre has nothing to miss.
"""

import threading
from collections.abc import Callable
from typing import Final

from edge_agent.buffer.buffer import Kept

KEEP_EVERY_S: Final = 600.0  # how often the time of the last answer goes to the disk


class Contact:
    """`acknowledged` and `answered` are called by the network thread, `look` by the worker; times are monotonic.

    `had_centre`: batches were acknowledged before anything was kept of answers.
    """

    def __init__(self, after_s: float, kept: Kept, had_centre: bool, now_ms: Callable[[], int], now_s: float) -> None:
        self.after_s, self._now_ms = after_s, now_ms
        self._lock = threading.Lock()
        self._kept, self._kept_s = kept, now_s
        self._had_centre = had_centre or kept.answered_ms > 0
        self._answered_ms = kept.answered_ms
        self.is_silent = kept.is_silent
        self._answered_s = self._acknowledged_s = self._base_s = now_s - 2 * after_s if kept.is_silent else now_s

    @property
    def answered_ms(self) -> int | None:
        """When the centre answered last, None: never."""
        return self._answered_ms or None

    def acknowledged(self, now_s: float) -> None:
        """The centre has said, just now, what it has stored."""
        with self._lock:
            self._acknowledged_s = now_s
        self.answered(now_s)

    def answered(self, now_s: float) -> None:
        """The centre has given a sign of life."""
        with self._lock:
            self._answered_s, self._answered_ms, self._had_centre = now_s, self._now_ms(), True

    def look(self, now_s: float, waits: bool) -> bool:
        """See how it is now; `waits`: batches wait for its acknowledgement. True where that has changed."""
        with self._lock:
            if not waits:
                self._base_s = max(self._answered_s, self._acknowledged_s)
            silence_s = now_s - max(self._base_s, self._acknowledged_s)
        was_silent, self.is_silent = self.is_silent, self._had_centre and silence_s > self.after_s
        return self.is_silent != was_silent

    def to_keep(self, now_s: float) -> Kept | None:
        """What the buffer should have of it, None while it has that, or about that."""
        current = Kept(self._answered_ms, self.is_silent)
        is_due = current.is_silent != self._kept.is_silent or not self._kept.answered_ms
        is_due |= now_s - self._kept_s >= KEEP_EVERY_S
        return current if current != self._kept and is_due else None

    def kept(self, stored: Kept, now_s: float) -> None:
        """The buffer has it now."""
        self._kept, self._kept_s = stored, now_s
