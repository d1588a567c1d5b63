"""An agent without end and an ingest: batch after batch is stored and acknowledged, and a ledger says what was told.

Ingest's own path is used: its store, its line to the database, and `delivery_tracking.take`, which decides the acks.
"""

import threading
import time
from collections.abc import Sequence
from typing import Final, Self

import psycopg

from bench import plant
from codec import batch
from codec.batch import Batch, BatchObservation, PackRecord
from ingest import revisions
from ingest.database import DatabaseLink, Stopped
from ingest.receive.decode import decode
from ingest.store import Store, delivery_tracking
from ingest.values import Ack, Delivery
from wire import topics

FACILITY, NODE = "failover", "n000"
FILE: Final = plant.head(FACILITY, [NODE]) + plant.NODE.format(node=NODE) + plant.WIRE.format(node=NODE, number=0)
RAW: Final = f"{NODE}:vw00.frequency"
EPOCH, NODE_EPOCH = "9f3a01bc", "0badcafe"
START_S: Final = 1_764_000_000
ROWS: Final = 3
PAUSE_S: Final = 0.02
FOUND: Final = """
SELECT extract(epoch FROM phenomenon_time)::bigint FROM observation JOIN datastream d ON d.id = datastream_id
WHERE d.name = %s
"""
LEDGER: Final = "SELECT sent, stored, lost, pending FROM sequence_state WHERE sender = %s AND epoch = %s"


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
                sent = Delivery(topics.batch(FACILITY, plant.AGENT), message_of(seq), time.time(), lambda: None)
                group = [(sent, decode(sent))]
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
    rows = [
        BatchObservation(RAW, 1000 * (at_s + second), seq + second / 10, 2, None, cfg=None, unit=None, missing=None)
        for second in range(ROWS)
    ]
    pack = PackRecord(NODE, 1000 * (at_s + 1), NODE_EPOCH, seq, 0, status=batch.STORED, dropped=None, at_s=at_s, late=0)
    body = batch.encode(Batch(FACILITY, plant.AGENT, EPOCH, seq, 0, observations=rows, packs=[pack]))
    return batch.put_head(body, FACILITY, plant.AGENT, EPOCH, seq, oldest_unacked=0)


def lost_and_twice(connection: psycopg.Connection, acked: int) -> tuple[int, int]:
    """Return how many readings of acknowledged batches the database does not hold, and how many it holds twice."""
    found = [at_s for (at_s,) in connection.execute(FOUND, (f"{FACILITY}:{RAW}",))]
    told = {START_S + 60 * seq + second for seq in range(acked + 1) for second in range(ROWS)}
    return len(told - set(found)), len(found) - len(set(found))


def ledger(connection: psycopg.Connection) -> tuple[int, int, int, int]:
    """Return what the ledger says of the agent: batches sent, stored, lost, pending."""
    row = connection.execute(LEDGER, (f"_edge/{plant.AGENT}", EPOCH)).fetchone()
    assert row is not None
    return row
