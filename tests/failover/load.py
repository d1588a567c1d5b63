"""An agent without end and an ingest: batch after batch is stored and acknowledged, and a ledger says what was told.

Ingest's own path is used: its store, its line to the database, and `delivery_tracking.take`, which decides the acks.
"""

import threading
import time
from collections.abc import Sequence
from typing import Final, Self

import psycopg

from ingest import revisions
from ingest.database import DatabaseLink, Stopped
from ingest.store import Store, delivery_tracking
from ingest.values import Ack
from tests.ingest.batches import EPOCH, RAW, START_S, arrival, delivery, message, pack, reading

ROWS: Final = 3
PAUSE_S: Final = 0.02
FOUND: Final = """
SELECT extract(epoch FROM phenomenon_time)::bigint FROM observation JOIN datastream d ON d.id = datastream_id
WHERE d.name = %s
"""
LEDGER: Final = "SELECT sent, stored, lost, pending FROM sequence_state WHERE sender = '_edge/gw1' AND epoch = %s"


class Load:
    """Runs from `start` to `stop`. `acked` is the highest seq that was acknowledged, with all before it."""

    def __init__(self, conninfo: str, line: type[DatabaseLink] = DatabaseLink) -> None:
        self._store = Store(3600, revisions.take_verdicts)
        self._stop = threading.Event()
        self.line = line(conninfo, self._stop, self._store.greet)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.acked = -1
        self.longest_s = 0.0
        """The longest time between two acks since it was set to 0."""
        self._told_s = time.monotonic()
        self.error: Exception | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        self.line.close()

    def _run(self) -> None:
        seq = 0
        try:
            while not self._stop.is_set():
                payload = message_of(seq)
                group = [(delivery(payload), arrival(payload))]
                delivery_tracking.take(self.line, self._store, group, self._publish)
                seq += 1
                self._stop.wait(PAUSE_S)
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001 - told to who looks
            self.error = error

    def _publish(self, told: Sequence[Ack]) -> None:
        now_s = time.monotonic()
        self.longest_s = max(self.longest_s, now_s - self._told_s)
        self._told_s = now_s
        self.acked = max(self.acked, *(one.through for one in told))

    def standing_s(self) -> float:
        """How long no ack was told."""
        return time.monotonic() - self._told_s


def message_of(seq: int) -> bytes:
    """The batch of a number: three readings of a pack of its own minute."""
    at_s = START_S + 60 * seq
    rows = [reading(at_s + second, seq + second / 10) for second in range(ROWS)]
    return message(seq, rows, [pack(seq, at_s=at_s)])


def lost_and_twice(connection: psycopg.Connection, acked: int) -> tuple[int, int]:
    """Return how many readings of acknowledged batches the database does not hold, and how many it holds twice."""
    found = [at_s for (at_s,) in connection.execute(FOUND, (f"vale:{RAW}",))]
    told = {START_S + 60 * seq + second for seq in range(acked + 1) for second in range(ROWS)}
    return len(told - set(found)), len(found) - len(set(found))


def ledger(connection: psycopg.Connection) -> tuple[int, int, int, int]:
    """Return what the ledger says of the agent: batches sent, stored, lost, pending."""
    row = connection.execute(LEDGER, (EPOCH,)).fetchone()
    assert row is not None
    return row
