"""A queue that has batches for this worker and gives none, though the line stands.

Seen where a partition between brokers swallowed what was on its way to a consumer (rabbitmq-server, pull request 14589;
secondary): the queue counts that as given, and once it is as much as a consumer may hold it gives nothing more. A
consumer made anew gets all of it.

Only queues of which this worker is the first are looked at: of the others another worker may be the active consumer.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence


class QueueStandsStill(Exception):
    """A queue has batches for this worker, and gives none."""


class Standstill:
    """Looks at queues from time to time. `waiting` says how many batches wait in each, and may take its time."""

    every_s, stands_s = 15.0, 60.0
    """The second is longer than a worker that had the queue before takes to let it go, once its batches are stored."""

    def __init__(self, names: Sequence[str], waiting: Callable[[Sequence[str]], Mapping[str, int]]) -> None:
        self._names, self._waiting = names, waiting
        self._looked_s = time.monotonic()
        self._looking: threading.Thread | None = None
        self._found: Mapping[str, int] = {}
        self._since_s: dict[str, float] = {}
        """Since when a queue has batches and gave none."""

    def check(self, came_s: Mapping[str, float] | None) -> None:
        """Raise QueueStandsStill; came_s: when each queue gave something last, None while the broker waits for us."""
        now_s = time.monotonic()
        if came_s is None:
            self._since_s.clear()
            self._found = {}
        for name, count in self._found.items():
            since_s = self._since_s.get(name, self._looked_s)
            if not count or came_s is None or came_s.get(name, 0.0) >= since_s:
                self._since_s.pop(name, None)
            elif now_s - self._since_s.setdefault(name, since_s) >= self.stands_s:
                raise QueueStandsStill(f"{name} has {count} batches and has given none for {self.stands_s:.0f} s")
        self._found = {}
        if now_s - self._looked_s >= self.every_s and (self._looking is None or not self._looking.is_alive()):
            self._looked_s = now_s
            self._looking = threading.Thread(target=self._look, name="queue look", daemon=True)
            self._looking.start()

    def _look(self) -> None:
        self._found = self._waiting(self._names)
