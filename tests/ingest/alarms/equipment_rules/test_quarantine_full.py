"""Batches of a gateway that find no room in quarantine."""

from typing import Any

import psycopg

from tests.ingest.alarms.looked import Looked

HOLD = """
INSERT INTO quarantine_hold (facility_id, agent_id, epoch, seq, bytes, budget)
VALUES ('vale', 'gw1', '9f3a01bc', 7, 100, 1500000)"""
WAITING = """
INSERT INTO quarantine (facility_id, sender, received_at, reason, raw, bytes, stage)
VALUES ('vale', %s, now(), 'unknown-datastream', %s, 1, 'edge')"""
ACK = """
INSERT INTO sequence_state (facility_id, sender, epoch, through) VALUES ('vale', '_edge/gw1', '9f3a01bc', 7)"""


def test_a_gateway_that_is_held_back(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """The alarm names gateway, budget and who fills it most, and closes when the ack has passed the batch."""
    before = looked.look(1)
    for sender, size in (("n05", 10), ("n07", 5000)):
        owner.execute(WAITING, (sender, bytes(size)))
    owner.execute(HOLD)
    found = looked.look(2)
    (title,) = looked.dam.titles("rule = 'quarantine-full'")
    owner.execute(ACK)

    assert (before, found) == ([], [("quarantine-full", "_edge/gw1")])
    assert title.startswith("Quarantine full: gateway gw1 holds batches back since ")
    assert title.endswith("1.5 MB wait, most of n07")
    assert looked.look(3) == []
