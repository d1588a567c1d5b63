"""One client of the live feed, with a short queue of its own."""

import asyncio
from collections import deque
from typing import Final

from api.live.events import Commit, Interest

MAX_QUEUED: Final = 256
MAX_QUEUED_BYTES: Final = 1_048_576


class Let(Exception):
    """The client is let go; the text says why."""


class LiveSubscriber:
    """What waits for one client. `position` is the id of the newest commit that it needs no more."""

    def __init__(self, interest: Interest) -> None:
        self.interest = interest
        self.position = 0
        self._queue: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._end: str | None = None
        self._wake = asyncio.Event()

    def offer(self, commit: Commit) -> bool:
        """Queue a commit if it is of interest; False when the queue is full and the client is let go."""
        text = commit.text_for(self.interest)
        if text is None:
            return True
        # One event larger than the limit still passes an empty queue, else it could never be sent.
        if len(self._queue) >= MAX_QUEUED or (self._queue and self._bytes + len(text) > MAX_QUEUED_BYTES):
            self._queue.clear()
            self.let_go("You read more slowly than data come in; come back with your Last-Event-ID to go on.")
            return False
        self._queue.append((commit.id, text))
        self._bytes += len(text)
        self._wake.set()
        return True

    def let_go(self, reason: str) -> None:
        """End the client after what is queued."""
        self._end = reason
        self._wake.set()

    async def next(self, timeout_s: float) -> bytes | None:
        """Return the next text, None after `timeout_s` without one; raise Let when the client is let go."""
        try:
            async with asyncio.timeout(timeout_s):
                while (text := self._take()) is None:
                    await self._wake.wait()
        except TimeoutError:
            return None
        return text

    def _take(self) -> bytes | None:
        self._wake.clear()
        while self._queue:
            id, text = self._queue.popleft()
            self._bytes -= len(text)
            if id > self.position:
                self.position = id
                return text
        if self._end is not None:
            raise Let(self._end)
        return None
