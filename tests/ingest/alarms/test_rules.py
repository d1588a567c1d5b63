"""Rules of clocks and of the heartbeat: a gateway's clock by the centre's, packs that wait, nobody who watches."""

from typing import Any

import psycopg
import pytest

from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked

STATED = (
    "INSERT INTO agent_state (facility_id, agent_id, is_online, clock_ahead_s, document) VALUES ('vale', 'gw1', %s)"
)


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("true, 300, '{}'", None),
        ("true, -300, '{}'", None),
        ("true, 301, '{}'", "Clock of gateway gw1 is 0 h 05 min ahead of the centre's"),
        ("false, -259200, '{}'", "Clock of gateway gw1 is 72 h 00 min behind the centre's"),
        ('true, 0, \'{"clock": {"state": "good"}}\'', None),
        ('true, NULL, \'{"clock": {"state": "wrong"}}\'', "Clock of gateway gw1 is wrong: what it would have to date"),
    ],
)
def test_a_gateways_clock_is_judged_by_the_centres(
    looked: Looked, owner: psycopg.Connection[Any], stated: str, title: str | None
) -> None:
    """By what it said was its time when it said so, offline or not; by its own word where that is not known."""
    owner.execute(STATED.replace("%s", stated).encode())

    assert looked.look(1) == ([("clock", "_edge/gw1")] if title else [])
    assert [told.startswith(title or "") for told in looked.dam.titles("rule = 'clock'")] == [True] * bool(title)


def test_what_waits_for_a_gateways_clock_is_one_alarm(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """Packs of three nodes wait, and the gateway is right again: one alarm, and it names the gateway."""
    owner.execute(
        "INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)"
        " SELECT 'vale', 'n0' || number, now(), %s, 'gateway-clock', 'x', 1, 'edge' FROM generate_series(1, 3) number",
        (minute(0),),
    )

    assert looked.look(1) == [("clock", "_edge/gw1")]
    assert looked.look(60 * 24 + 1) != [("clock", "_edge/gw1")]


@pytest.mark.parametrize(("since_min", "found"), [(0, []), (-1, [("heartbeat", "centre")])])
def test_nobody_outside_watches(
    looked: Looked, owner: psycopg.Connection[Any], since_min: float, found: list[tuple[str, str]]
) -> None:
    """An address that takes no heartbeat for a quarter of an hour is told: its host, and nothing else of it."""
    owner.execute(
        "INSERT INTO heartbeat (name, host, failing_since, error) VALUES ('ingest-1', 'hc.example.org', %s, 'no')",
        (minute(since_min),),
    )
    looked.dam.put([(14, 96.1)], name="n01:baro.pressure")

    assert [one for one in looked.look(15) if one[0] == "heartbeat"] == found
    titles = looked.dam.titles("rule = 'heartbeat'")
    assert titles == [
        "Nobody outside watches the centre: hc.example.org takes no heartbeat since 2025-11-24 15:59Z"
    ] * len(found)


def test_a_node_whose_packs_wait_is_not_heard(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """A pack in quarantine moves the ledger on, and says nothing of what is measured: the node is silent."""
    owner.execute(
        "INSERT INTO chapter (facility_id, sender, epoch, started_at, updated_at, stored_at)"
        " VALUES ('vale', 'n05', '00000001', %s, %s, %s)",
        (minute(0), minute(9), minute(1)),
    )
    looked.dam.put([(9, 96.1)], name="n01:baro.pressure")

    assert looked.look(3) == []
    assert ("silent-node", "n05") in looked.look(10)
