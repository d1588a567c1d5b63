"""Messages that wait in quarantine for a decision."""

from typing import Any

import psycopg

from ingest.alarms.equipment_rules import waiting_messages
from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked

WAITING = """
INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)
SELECT 'vale', 'n05', %(at)s, %(at)s, 'unknown-datastream', number::text::bytea, 1, 'edge'
FROM generate_series(%(first)s::int, %(last)s::int) number"""
TITLES = "rule = 'waiting-messages' AND closed_at IS NULL"


def test_more_than_many_are_told_until_they_are_decided(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """So many are borne, one more is told, and the alarm closes when they are settled."""
    owner.execute(WAITING, {"at": minute(0), "first": 1, "last": waiting_messages.MANY})
    at_the_limit = looked.look(1)
    owner.execute(WAITING, {"at": minute(1), "first": 101, "last": 101})
    above, titles = looked.look(2), looked.dam.titles(TITLES)
    owner.execute("UPDATE quarantine SET state = 'settled'")

    assert (at_the_limit, above) == ([], [("waiting-messages", "n05")])
    assert titles == ["101 messages of n05 wait in quarantine"]
    assert looked.look(3) == []
