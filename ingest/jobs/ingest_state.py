"""The ingest state: what this ingest says of itself to whoever watches the database, every few seconds."""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from ingest.values import Connection

EVERY_S: Final = 5.0
WRITE: Final = """
INSERT INTO ingest_state AS known (name, started_at, is_connected, retries, waiting_bytes, quarantine_bytes)
VALUES (%s, to_timestamp(%s), %s, %s, %s, %s)
ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at, reported_at = clock_timestamp(),
    is_connected = excluded.is_connected, retries = excluded.retries, waiting_bytes = excluded.waiting_bytes,
    quarantine_bytes = excluded.quarantine_bytes"""


class Figures(NamedTuple):
    """How it stands: with the broker or not, transactions tried again since the start, bytes that wait.

    quarantine_bytes: what may wait in quarantine, a facility.
    """

    is_connected: bool
    retries: int
    waiting_bytes: int
    quarantine_bytes: int


class IngestState:
    """Writes the figures of the process called `name`; a work of the job scheduler."""

    def __init__(self, name: str, look: Callable[[], Figures]) -> None:
        self._name, self._look = name, look
        self._started_s = time.time()
        self._due_s = 0.0

    def beat(self, connection: Connection) -> bool:
        """Write them when it is time; there is never more to do at once."""
        now_s = time.monotonic()
        if now_s >= self._due_s:
            connection.execute(WRITE, (self._name, self._started_s, *self._look()))
            self._due_s = now_s + EVERY_S
        return False
