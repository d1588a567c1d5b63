"""Alarms of the equipment: silent nodes and barometers, apart from the levels of the dam."""

from pathlib import Path
from typing import Any

import psycopg

from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked


def test_a_silent_node_is_told_once_and_closes_when_it_is_heard(looked: Looked) -> None:
    """After three intervals of silence (180 s) an alarm of the family maintenance; the next reading ends it."""
    assert looked.look(2) == []
    assert ("silent-node", "n01") in looked.look(10)
    assert ("silent-node", "n01") in looked.look(11)
    looked.dam.put([(12, 96.1)], name="n01:baro.pressure")
    looked.dam.put([(12, 12.6)], name="n01:battery.voltage")

    assert looked.look(12.6) == []
    assert looked.dam.rows("SELECT count(*) FROM alarm_event WHERE rule = 'silent-node'") == [(1,)]
    assert looked.dam.rows("SELECT count(*) FROM tarp_level_change") == [(0,)]


def test_who_was_away_calls_nobody_silent(looked: Looked, tmp_path: Path) -> None:
    """A centre that was off for an hour waits three intervals before it does; what stood before still stands."""
    looked.dam.now = minute(60)
    back = Looked(looked.dam, tmp_path)

    assert ("silent-node", "n01") not in back.look(61)
    assert ("silent-node", "n01") in back.look(64)
    looked.dam.now = minute(70)
    again = Looked(looked.dam, tmp_path)
    assert ("silent-node", "n01") in again.look(70.6)
    assert looked.dam.rows("SELECT count(*) FROM alarm_event WHERE rule = 'silent-node'") == [(1,)]


def test_a_failed_barometer_is_no_level_of_the_dam(looked: Looked) -> None:
    """Missing readings raise a maintenance alarm; the plan's level stays green."""
    looked.dam.put([(1, None), (2, None)], name="n01:baro.pressure")
    looked.dam.put([(1, 337.0), (2, 337.0)])
    looked.dam.follow(3)

    assert looked.look(3) == [("barometer", "n01:baro.pressure")]
    assert looked.dam.rows("SELECT DISTINCT family FROM alarm_event") == [("maintenance",)]
    assert looked.dam.rows("SELECT level FROM tarp_state") == [(0,)]


def test_a_barometer_that_says_nothing_more(looked: Looked) -> None:
    """Its last reading is older than three of its intervals (600 s each), the node's other instrument goes on."""
    interval_min = looked.dam.rows(
        "SELECT expected_interval_s / 60 FROM datastream WHERE name = 'vale:n01:baro.pressure'"
    )[0][0]
    limit_min = float(3 * interval_min)
    looked.dam.put([(limit_min, 12.6)], name="n01:battery.voltage")
    before = looked.look(limit_min)
    looked.dam.put([(limit_min + 1, 12.6)], name="n01:battery.voltage")

    assert (before, looked.look(limit_min + 1)) == ([], [("barometer", "n01:baro.pressure")])
    assert looked.dam.titles("rule = 'barometer'")[0].startswith("Barometer of node n01 silent since")


def test_a_node_whose_packs_wait_is_not_heard(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """A pack in quarantine moves the ledger on, and says nothing of what is measured: the node is silent."""
    owner.execute(
        "INSERT INTO sequence_state (facility_id, sender, epoch, started_at, updated_at, stored_at)"
        " VALUES ('vale', 'n05', '00000001', %s, %s, %s)",
        (minute(0), minute(9), minute(1)),
    )
    looked.dam.put([(9, 96.1)], name="n01:baro.pressure")

    assert looked.look(3) == []
    assert ("silent-node", "n05") in looked.look(10)
