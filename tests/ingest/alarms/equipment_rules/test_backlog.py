"""Batches that wait at a gateway."""

from typing import Any

import psycopg
import pytest

from ingest.alarms.equipment_rules import backlog
from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked


@pytest.mark.parametrize(
    ("batches", "age_min", "found"),
    [
        (backlog.BATCHES, 61, [("backlog", "_edge/gw1")]),
        (backlog.BATCHES - 1, 61, []),
        (backlog.BATCHES, 60, []),
    ],
)
def test_a_backlog(looked: Looked, owner: psycopg.Connection[Any], batches: int, age_min: int, found: object) -> None:
    """So many batches wait at a gateway, the oldest for more than an hour."""
    owner.execute(
        "INSERT INTO agent_state (facility_id, agent_id, is_online, received_at, batches, oldest_at)"
        " VALUES ('vale', 'gw1', true, %s, %s, %s)",
        (minute(2), batches, minute(2 - age_min)),
    )

    assert looked.look(2) == found
