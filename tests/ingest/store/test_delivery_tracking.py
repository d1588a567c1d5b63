"""Tests of taking delivery tracking: nothing is told or acknowledged before it is committed."""

import threading
from collections.abc import Sequence
from functools import partial

import psycopg

from ingest import revisions
from ingest.database import DatabaseLink
from ingest.receive.gather import Group
from ingest.settings import QUARANTINE_BYTES
from ingest.store import Store, delivery_tracking
from ingest.values import Ack
from tests.ingest.batches import START_S, arrival, delivery, message, reading
from tests.servers import TestDatabase

PICKY = """
CREATE FUNCTION refuse_666() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.result = 666 THEN RAISE EXCEPTION 'not this one' USING ERRCODE = 'numeric_value_out_of_range'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_666 BEFORE INSERT ON observation FOR EACH ROW EXECUTE FUNCTION refuse_666();
"""


class DeliveryTracking:
    """A store on a real line, and a list of what was told in which order."""

    def __init__(self, vale: TestDatabase, quarantine_bytes: int = QUARANTINE_BYTES) -> None:
        self.store = Store(3600, revisions.take_verdicts, quarantine_bytes=quarantine_bytes)
        self.line = DatabaseLink(vale.conninfo("tailwatch_ingest"), threading.Event(), self.store.greet)
        self.reader = psycopg.connect(vale.conninfo("tailwatch_api"), autocommit=True)
        self.told: list[object] = []

    def take(self, *payloads: bytes) -> None:
        """Take delivery tracking of messages."""
        group: Group = [
            (delivery(payload, partial(self.told.append, number)), arrival(payload))
            for number, payload in enumerate(payloads)
        ]
        delivery_tracking.take(self.line, self.store, group, self._publish)

    def count(self, table: str) -> int:
        """Rows that another connection sees."""
        rows = self.reader.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert rows is not None
        return int(rows[0])

    def close(self) -> None:
        """Leave the database."""
        self.line.close()
        self.reader.close()

    def _publish(self, acks: Sequence[Ack]) -> None:
        self.told += [(self.count("observation"), ack.through) for ack in acks]


def test_commit_then_ack_then_acknowledge(vale: TestDatabase) -> None:
    """When the ack is told the rows are visible to others; the acknowledgements come last."""
    own = DeliveryTracking(vale)
    own.take(message(0, [reading(START_S)]), message(1, [reading(START_S + 1)]))

    assert own.told == [(2, 1), 0, 1]
    own.close()


def test_a_value_the_database_refuses_stops_only_its_batch(vale: TestDatabase) -> None:
    """A batch that passes our checks and not the database's goes to quarantine whole; its neighbours are stored."""
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute(PICKY)
    own = DeliveryTracking(vale)
    bad = message(1, [reading(START_S + 1, 666.0)])
    own.take(message(0, [reading(START_S)]), bad, message(2, [reading(START_S + 2)]))

    assert own.count("observation") == 2
    assert own.told[-4:] == [(2, 2), 0, 1, 2]
    reasons = own.reader.execute("SELECT reason, seq, raw FROM quarantine").fetchall()
    assert reasons == [("not-storable", 1, bad)]
    own.close()


def test_what_finds_no_room_is_left_out_of_its_group(vale: TestDatabase) -> None:
    """Its neighbours are stored and acknowledged up to it; all are given back to the broker; room lets it in once."""
    own = DeliveryTracking(vale, 500)
    refused = message(1, [reading(START_S + 1), reading(START_S, 1.0, "n99:vw9.x")])
    own.take(message(0, [reading(START_S)]), refused, message(2, [reading(START_S + 2)]), refused)
    told, stored, held = list(own.told), own.count("observation"), own.count("quarantine_held")
    own.close()
    roomy = DeliveryTracking(vale)
    roomy.take(refused, refused)

    assert (told, stored, held) == ([(2, 0), 0, 1, 2, 3], 2, 1)
    assert roomy.told == [(3, 2), 0, 1]
    assert [roomy.count(table) for table in ("quarantine", "quarantine_held")] == [1, 0]
    roomy.close()
