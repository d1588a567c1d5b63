"""A thread beside the live data, with a line to the database of its own, that ends when it is told to."""

from collections.abc import Callable
from typing import Final

import psycopg

from ingest.database import DatabaseLink, Stopped
from ingest.values import Connection
from runtime.background_thread import BackgroundThread
from runtime.log import Log

ENDS_WITHIN_S: Final = 5.0
"""What is not over by then (a mail server that hangs, a long calculation) is rolled back and done at the next start."""


def _nothing(connection: Connection) -> None:
    """Most need no greeting."""


class DatabaseThread:
    """Runs `_run` from `start` until `close`; `_run` returns soon after `_stop` is set."""

    def __init__(self, name: str, conninfo: str, greet: Callable[[Connection], None] = _nothing) -> None:
        """`greet` checks each new connection."""
        self._thread = BackgroundThread(name, self._run, ENDS_WITHIN_S)
        self._stop = self._thread.stop
        self._line = DatabaseLink(conninfo, self._stop, greet)

    @property
    def committed_s(self) -> float:
        """Monotonic time of its last commit."""
        return self._line.committed_s

    def start(self) -> None:
        """Begin with what an earlier run has left."""
        self._thread.start()

    def stop(self) -> None:
        """Begin to end; `close` waits for it."""
        self._stop.set()

    def close(self) -> None:
        """End after what is in hand, or leave it undone where that takes long."""
        self.stop()
        self._thread.close()
        self._line.close()

    def _run(self) -> None:
        raise NotImplementedError

    def _again(self, work: Callable[[], object], every_s: float, tell: Log, failed: str) -> None:
        """Do `work` every so often until the end; what the database refuses is told as `failed`, and tried again."""
        while not self._stop.wait(every_s):
            try:
                work()
            except Stopped:
                return
            except psycopg.Error as error:
                tell("ERROR", failed, error=error, next="trying again")
