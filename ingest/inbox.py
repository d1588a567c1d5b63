"""The queue between the broker's thread and the worker, bounded by bytes."""

import threading
import time
from collections import deque
from collections.abc import Iterable

from ingest.values import Delivery


class Inbox:
    """First in, first out. `put` waits while the inbox is full, `take` while it is empty; `close` ends both."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._deliveries: deque[Delivery] = deque()
        self._changed = threading.Condition()
        self._is_closed = False

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be taken."""
        return self._size_bytes

    def put(self, *deliveries: Delivery) -> None:
        """Add deliveries once there is room (an empty inbox takes any); dropped unacknowledged after `close`."""
        size_bytes = _size_bytes(deliveries)
        with self._changed:
            while not self._is_closed and self._deliveries and self._size_bytes + size_bytes > self._limit_bytes:
                self._changed.wait()
            if self._is_closed:
                return
            self._deliveries.extend(deliveries)
            self._size_bytes += size_bytes
            self._changed.notify_all()

    def take(self, timeout_s: float, about_bytes: int = 1) -> list[Delivery]:
        """Return the oldest deliveries, until they have that many bytes or there are no more.

        Empty when there are none within the time or the inbox was closed.
        """
        deadline_s = time.monotonic() + timeout_s
        taken: list[Delivery] = []
        with self._changed:
            while not self._deliveries and not self._is_closed:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or not self._changed.wait(left_s):
                    break
            while self._deliveries and not self._is_closed and about_bytes > 0:
                taken.append(self._deliveries.popleft())
                about_bytes -= len(taken[-1].payload)
            self._size_bytes -= _size_bytes(taken)
            self._changed.notify_all()
        return taken

    def close(self) -> None:
        """Let everybody who waits go on; nothing is taken any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


def _size_bytes(deliveries: Iterable[Delivery]) -> int:
    return sum(len(delivery.payload) for delivery in deliveries)
