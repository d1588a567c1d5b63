"""A thread beside the work of a program, which ends when it is told to."""

import threading
from collections.abc import Callable


class BackgroundThread:
    """Calls `run` once, in a thread of its own, from `start`; `run` returns soon after `stop` is set.

    `ends_within_s` is how long `close` waits for that; without it, until the end. The thread keeps no program alive.
    """

    def __init__(self, name: str, run: Callable[[], None], ends_within_s: float | None = None) -> None:
        self.stop = threading.Event()
        self._ends_within_s = ends_within_s
        self._thread = threading.Thread(target=run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End after what is in hand, begun or not."""
        self.stop.set()
        if self._thread.is_alive():
            self._thread.join(self._ends_within_s)
