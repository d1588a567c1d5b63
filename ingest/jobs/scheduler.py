"""The job scheduler: a thread that does what a commit leaves to do (rollups ...), and gives way to live data."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import psycopg

from ingest.database import Stopped
from ingest.jobs.database_thread import DatabaseThread
from ingest.values import Connection
from runtime.log import log_of

tell = log_of(__name__)

REST_S: Final = 1.0
"""Several commits of one second are one round."""
GIVE_WAY_S: Final = 30.0
"""How long live data may put a piece of work off."""
BUSY_ROWS_S: Final = 5000
"""So many rows a second are a backlog that drains; a facility of 1,000 datastreams has some twenty."""
LOOK_S: Final = 5.0
"""Another process, or a command, may have left something to do."""

Work = Callable[[Connection], object]
"""Does one bounded piece inside the open transaction, and returns something true while there is more to do. A function
that it returns is called once the piece is committed; then there is no more to do."""


class JobScheduler(DatabaseThread):
    """Works from `start` until `close`, on a connection of its own; `greet` checks each new one.

    What is `prompt` is done in each round at once; `works` give way to live data before each piece.
    """

    def __init__(
        self, conninfo: str, greet: Callable[[Connection], None], works: Sequence[Work], prompt: Sequence[Work] = ()
    ) -> None:
        super().__init__("job-scheduler", conninfo, greet)
        self._woken = threading.Event()
        self._rows = 0
        """Committed since the start."""
        self._looked = (time.monotonic(), 0)
        """When, and how many rows there were then."""
        self._is_busy = False
        self._prompt = prompt
        self.moved_s = time.monotonic()
        """When its last round of what is prompt was over, and nothing in it had failed."""
        self._works = works

    def start(self) -> None:
        """Begin with what an earlier run has left."""
        self._woken.set()
        super().start()

    def wake(self, rows: int) -> None:
        """So many rows were committed."""
        self._rows += rows
        self._woken.set()

    def stop(self) -> None:
        """Begin to end, also where nothing is to do."""
        super().stop()
        self._woken.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._woken.wait(LOOK_S)
            self._looked = (time.monotonic(), self._rows)
            self._stop.wait(REST_S)
            self._woken.clear()
            try:
                done = [self._finish(work, pause=lambda: None) for work in self._prompt]
                if all(done):
                    self.moved_s = time.monotonic()
                for work in self._works:
                    self._finish(work, self._give_way)
            except Stopped:
                return

    def _finish(self, work: Work, pause: Callable[[], None]) -> bool:
        """Do all pieces of a work, `pause` before each; a failure is told, stops no other work, and gives False."""
        try:
            pause()
            while not self._stop.is_set() and _is_more(self._line.transact(work)):
                pause()
        except psycopg.Error as error:
            tell("ERROR", "job-failed", error=error, next="live data goes on; trying again")
            self._stop.wait(GIVE_WAY_S)
            return False
        return True

    def _give_way(self) -> None:
        waited_s = 0.0
        while self._look() and waited_s < GIVE_WAY_S and not self._stop.wait(REST_S):
            waited_s += REST_S

    def _look(self) -> bool:
        """Say whether live data is busy, by what was committed within the last second or so."""
        now_s, (then_s, rows) = time.monotonic(), self._looked
        if now_s - then_s >= REST_S:
            self._is_busy = (self._rows - rows) / (now_s - then_s) >= BUSY_ROWS_S
            self._looked = (now_s, self._rows)
        return self._is_busy


def _is_more(told: object) -> bool:
    if callable(told):
        told()
        return False
    return bool(told)
