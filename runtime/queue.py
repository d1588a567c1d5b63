"""The queue between a network thread and the worker: bounded, in order, and it lets go of both at the end.

A full queue holds the thread that puts: it stops reading, and whoever is before it keeps what follows.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class BoundedQueue(Generic[Item]):
    """First in, first out, up to a sum of sizes (bytes, or a count where each has the size 1).

    `put` waits while the queue is full, `take` while it is empty; `close` ends both.
    """

    def __init__(self, limit: int, size_of: Callable[[Item], int]) -> None:
        self._limit, self._size_of = limit, size_of
        self._size = 0
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._is_closed = False

    @property
    def size(self) -> int:
        """How much waits to be taken."""
        return self._size

    def put(self, *items: Item) -> bool:
        """Add items once there is room (an empty queue takes any); False, and they are dropped, after `close`."""
        size = self._sum(items)
        with self._changed:
            while not self._is_closed and self._items and self._size + size > self._limit:
                self._changed.wait()
            if self._is_closed:
                return False
            self._items.extend(items)
            self._size += size
            self._changed.notify_all()
        return True

    def take(self, timeout_s: float, about: int = 1) -> list[Item]:
        """Return the oldest items, until they have about that size or there are no more.

        Empty when there are none within the time or the queue was closed.
        """
        deadline_s = time.monotonic() + timeout_s
        taken: list[Item] = []
        with self._changed:
            while not self._items and not self._is_closed:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or not self._changed.wait(left_s):
                    break
            size = 0
            while self._items and not self._is_closed and size < about:
                taken.append(self._items.popleft())
                size += self._size_of(taken[-1])
            self._size -= size
            self._changed.notify_all()
        return taken

    def close(self) -> None:
        """Let everybody who waits go on; nothing is taken any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _sum(self, items: Iterable[Item]) -> int:
        return sum(map(self._size_of, items))
